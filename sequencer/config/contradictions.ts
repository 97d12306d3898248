import { normalize } from 'node:path';
import type { z } from 'zod';

/** A log as a refinement sees it: what is missing or wrong in itself is reported elsewhere, and not looked at here. */
interface UncheckedLog {
  readonly name?: unknown;
  readonly origin?: unknown;
  readonly layout?: unknown;
  readonly store?: unknown;
  readonly signers?: unknown;
}

/** The type of a log's own key, by its layout. */
const OWN_KEY_TYPES: ReadonlyMap<unknown, string> = new Map([
  ['static-ct', 'rfc6962'],
  ['tlog-tiles', 'ed25519'],
]);

const SIGNER_TYPES: ReadonlySet<unknown> = new Set(OWN_KEY_TYPES.values());

/** The own key of a log is of the type that its layout wants, and no key signs twice. */
export function refuseWrongSigners({ layout, signers }: UncheckedLog, context: z.RefinementCtx): void {
  if (!Array.isArray(signers)) return;
  const list = signers as readonly ({ readonly type?: unknown; readonly keyFile?: unknown } | null | undefined)[];
  const want = OWN_KEY_TYPES.get(layout);
  const got = list[0]?.type;
  if (want !== undefined && got !== want && SIGNER_TYPES.has(got)) {
    const message = `the first signer of a ${String(layout)} log must be of type ${want}, and is of type ${String(got)}`;
    context.addIssue({ code: 'custom', path: ['signers', 0, 'type'], message });
  }
  refuseRepeated(
    list.map((signer) => signer?.keyFile),
    { context, what: 'another signer of this log has the key file', path: (i) => ['signers', i, 'keyFile'] },
  );
}

/** Two logs with one origin would be a fork of one log, and two with one directory would get in each other's way. */
export function refuseShared(logs: readonly (UncheckedLog | null | undefined)[], context: z.RefinementCtx): void {
  for (const setting of ['name', 'origin'] as const) {
    refuseRepeated(
      logs.map((log) => log?.[setting]),
      { context, what: `another log has the ${setting}`, path: (i) => [i, setting] },
    );
  }
  refuseRepeated(
    logs.map((log) => directoryOf(log?.store)),
    { context, what: 'another log has the directory', path: (i) => [i, 'store', 'posix', 'directory'] },
  );
}

function directoryOf(store: unknown): unknown {
  const directory = (store as { posix?: { directory?: unknown } | null } | null | undefined)?.posix?.directory;
  return typeof directory === 'string' ? normalize(directory).replace(/\/$/, '') : undefined;
}

function refuseRepeated(
  values: readonly unknown[],
  issue: { readonly context: z.RefinementCtx; readonly what: string; readonly path: (i: number) => PropertyKey[] },
): void {
  values.forEach((value, i) => {
    if (typeof value !== 'string' || values.indexOf(value) === i) return;
    issue.context.addIssue({ code: 'custom', path: issue.path(i), message: `${issue.what} '${value}' already` });
  });
}
