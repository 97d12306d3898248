import { isMap, isNode, isScalar, type Document } from 'yaml';
import type { z } from 'zod';

/** One problem with a value of a configuration file. */
interface ConfigProblem {
  /** Where in the text it is, in characters from the start. */
  readonly offset: number;
  /** Which setting, and what is wrong with it. */
  readonly sentence: string;
}

interface Place {
  readonly document: Document;
  /** The whole configuration, as JavaScript sees it. */
  readonly value: unknown;
}

type Issue = z.core.$ZodIssue;

/** Says for each issue, in the order of the text, where it is and what it is. */
export function describeIssues(issues: readonly Issue[], place: Place): ConfigProblem[] {
  return issues
    .flatMap((issue) => withoutUnions(issue))
    .flatMap((issue) => describeIssue(issue, place))
    .sort((a, b) => a.offset - b.offset);
}

/**
 * Replaces "fits none of the alternatives" by the problems with the alternative that was meant: the one whose problems
 * are deepest inside, and among those the one with the fewest.
 */
function withoutUnions(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const depth = (branch: readonly Issue[]): number => Math.min(...branch.map(({ path }) => path.length));
  const [meant] = [...issue.errors].sort((a, b) => depth(b) - depth(a) || a.length - b.length);
  return (meant ?? []).flatMap((inner) => withoutUnions({ ...inner, path: [...issue.path, ...inner.path] }));
}

function describeIssue(issue: Issue, { document, value }: Place): ConfigProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      offset: keyOffset(document, issue.path, key),
      sentence: `${pathText([...issue.path, key])}: there is no such setting`,
    }));
  }
  const missing = issue.code !== 'custom' && valueAt(value, issue.path) === undefined;
  const sentence = `${pathText(issue.path)}: ${missing ? 'is missing' : issue.message}`;
  return [{ offset: valueOffset(document, issue.path), sentence }];
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inside, key) => (typeof inside === 'object' && inside !== null ? Reflect.get(inside, key) : undefined),
    value,
  );
}

/** Where the value at `path` starts; of a value that is not there, where the innermost one around it starts. */
function valueOffset(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}

function keyOffset(document: Document, path: readonly PropertyKey[], key: string): number {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  const pair = isMap(node)
    ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
    : undefined;
  return (isScalar(pair?.key) ? pair.key.range?.[0] : undefined) ?? valueOffset(document, path);
}

/** Writes a path as people do: `logs[0].store`. */
function pathText(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return text.replace(/^\./, '') || 'the configuration';
}
