import assert from 'node:assert/strict';
import { z } from 'zod';

/** One setting, or one list, of a configuration file. */
export interface Setting {
  /** As people write it: `logs[].signers[].type`. */
  readonly path: string;
  /** Whether a file without it is refused. One alternative of several is not required. */
  readonly required: boolean;
  /** The values that it may have, where they are few. */
  readonly values: readonly string[];
  /** `text`, `flag`, `list` or, of a group that has no settings of its own, `group`. */
  readonly kind: 'text' | 'flag' | 'list' | 'group';
}

/** What a schema looks like from outside, as far as schemas of configuration files use it. Source: json-schema.org */
interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly string[];
}

/** Every setting that a schema takes, in its order. What this walk does not know fails the test. */
export function settingsOf(schema: z.ZodType): Setting[] {
  const outside = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
  return walk(outside, { path: '', required: true });
}

function walk(schema: JsonSchema, at: { readonly path: string; readonly required: boolean }): Setting[] {
  const { type, anyOf, items, properties } = schema;
  if (anyOf !== undefined) return anyOf.flatMap((one) => walk(one, { ...at, required: false }));
  const found = (kind: Setting['kind']): Setting => ({ ...at, kind, values: schema.enum ?? [] });
  switch (type) {
    case 'string':
      return [found('text')];
    case 'boolean':
      return [found('flag')];
    case 'array':
      assert.ok(items, `${at.path}: a list of nothing in particular`);
      return [found('list'), ...walkItems(items, at)];
    case 'object': {
      const inside = Object.entries(properties ?? {});
      return inside.length === 0
        ? [found('group')]
        : inside.flatMap(([name, one]) => walk(one, below(at, name, schema)));
    }
    default:
      return assert.fail(`${at.path}: the walk knows no type ${String(type)}`);
  }
}

/** The settings in the items of a list; a list of texts has none. */
function walkItems(items: JsonSchema, { path, required }: { path: string; required: boolean }): Setting[] {
  return items.type === 'string' ? [] : walk(items, { path: `${path}[]`, required });
}

function below(
  at: { readonly path: string; readonly required: boolean },
  name: string,
  { required = [] }: JsonSchema,
): { path: string; required: boolean } {
  return { path: at.path === '' ? name : `${at.path}.${name}`, required: at.required && required.includes(name) };
}

/** The paths of the settings that a configuration has, each once, written like those of settingsOf(). */
export function pathsIn(value: unknown): string[] {
  return [...new Set(pathsBelow(value, ''))];
}

function pathsBelow(value: unknown, path: string): string[] {
  if (Array.isArray(value)) {
    const inside = value.filter((item) => typeof item === 'object').flatMap((item) => pathsBelow(item, `${path}[]`));
    return [path, ...inside];
  }
  if (typeof value !== 'object' || value === null) return [path];
  const entries = Object.entries(value);
  if (entries.length === 0) return [path];
  return entries.flatMap(([name, inside]) => pathsBelow(inside, path === '' ? name : `${path}.${name}`));
}

/** A configuration with one setting changed, in the first item of each list on the way. */
export function withSetting(config: unknown, path: string, value: unknown): unknown {
  const [step = '', ...rest] = path.split('.');
  const name = step.replace('[]', '');
  const here = config as Readonly<Record<string, unknown>>;
  if (rest.length === 0) return { ...here, [name]: value };
  if (!step.endsWith('[]')) return { ...here, [name]: withSetting(here[name] ?? {}, rest.join('.'), value) };
  const [first, ...others] = here[name] as readonly unknown[];
  return { ...here, [name]: [withSetting(first, rest.join('.'), value), ...others] };
}

/** The value of a setting in a configuration that was read, of the first item of each list on the way. */
export function settingIn(config: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inside, step) => {
    const value = (inside as Readonly<Record<string, unknown>> | undefined)?.[step.replace('[]', '')];
    return step.endsWith('[]') ? (value as readonly unknown[])[0] : value;
  }, config);
}
