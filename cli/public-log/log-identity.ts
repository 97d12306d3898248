import { z } from 'zod';
import type { LayoutName } from '../../sequencer/core/layout.js';
import { LOG_JSON_OBJECT } from '../../sequencer/core/object-names.js';
import { keyFromVerifierKey, type LogKey } from './log-key.js';
import { CannotLookError, type PublicObjects } from './public-objects.js';

/** What has to be known of a log in order to verify it. */
export interface LogIdentity {
  readonly origin: string;
  readonly layout: LayoutName;
  /** The first is the log's own, and has to have signed every checkpoint. */
  readonly keys: readonly [LogKey, ...LogKey[]];
}

const LOG_JSON = z.object({
  version: z.literal(1),
  origin: z.string().min(1),
  layout: z.enum(['static-ct', 'tlog-tiles']),
  publicKeys: z.array(z.object({ verifierKey: z.string() })).min(1),
});

/**
 * What a log says of itself in `log.json`. To believe it is trust on first use: it proves that the log fits together, and
 * not whose it is.
 *
 * @returns undefined where there is no such object. @throws CannotLookError when it says nothing that can be used.
 */
export async function readLogJson(objects: PublicObjects, signal?: AbortSignal): Promise<LogIdentity | undefined> {
  const bytes = await objects.read(LOG_JSON_OBJECT, signal);
  if (bytes === undefined) return undefined;
  const { origin, layout, publicKeys } = parseLogJson(bytes, `${objects.where}/${LOG_JSON_OBJECT}`);
  const [first, ...others] = publicKeys.map(({ verifierKey }) => keyFromVerifierKey(verifierKey));
  // The schema wants at least one key; only the type does not say so.
  return first === undefined ? undefined : { origin, layout, keys: [first, ...others] };
}

function parseLogJson(bytes: Uint8Array, where: string): z.infer<typeof LOG_JSON> {
  try {
    return LOG_JSON.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (error) {
    const [issue] = error instanceof z.ZodError ? error.issues : [];
    const reason = issue === undefined ? (error as Error).message : `${issue.path.join('.')}: ${issue.message}`;
    throw new CannotLookError(`${where} does not say whose log this is: ${reason}`, { cause: error });
  }
}
