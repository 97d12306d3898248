import { toBase64, utf8 } from '../../tlog/bytes.js';
import type { LayoutName } from './layout.js';

/** A key with which the checkpoints of a log are verified. */
export interface PublicKey {
  /** As in c2sp.org/signed-note. */
  readonly verifierKey: string;
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
}

/** What never changes in the life of a log. */
export interface LogIdentity {
  readonly name: string;
  readonly origin: string;
  readonly layout: LayoutName;
  /** At least one; the first is the log's own. */
  readonly publicKeys: readonly PublicKey[];
}

/** The version of the stored state that this code reads and writes. */
const STATE_VERSION = 1;

/**
 * The private object `log` and the public `log.json`: JSON with version, origin, layout and public keys. The name is not
 * in it: it belongs to the process, not to the log.
 */
export function encodeLogIdentity(identity: LogIdentity): Uint8Array {
  const publicKeys = identity.publicKeys.map(({ verifierKey, spki }) => ({ verifierKey, spki: toBase64(spki) }));
  const { origin, layout } = identity;
  return utf8(`${JSON.stringify({ version: STATE_VERSION, origin, layout, publicKeys }, null, 2)}\n`);
}

/**
 * Why `stored`, the bytes of the object `log`, are not those of `identity`; undefined where they are. Another version,
 * origin, layout or own key means another log. Further keys may come and go.
 */
export function identityConflict(stored: Uint8Array, identity: LogIdentity): string | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(stored));
  } catch {
    return 'it is not JSON';
  }
  const found = parsed as { version?: unknown; origin?: unknown; layout?: unknown; publicKeys?: unknown } | null;
  if (found === null || typeof found !== 'object') return 'it is not a JSON object';
  const [own] = Array.isArray(found.publicKeys) ? (found.publicKeys as readonly unknown[]) : [];
  const ownKey = (own as { verifierKey?: unknown } | null | undefined)?.verifierKey;
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['version', found.version, STATE_VERSION],
    ['origin', found.origin, identity.origin],
    ['layout', found.layout, identity.layout],
    ['public key', ownKey, identity.publicKeys[0]?.verifierKey],
  ];
  const different = pairs.find(([, got, want]) => got !== want);
  if (different === undefined) return undefined;
  const [what, got, want] = different;
  return `it belongs to a log whose ${what} is ${JSON.stringify(got)}, and the configuration says ${JSON.stringify(want)}`;
}
