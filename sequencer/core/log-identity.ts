import { fromUtf8, toBase64, utf8 } from '../../tlog/bytes.js';
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
 * Why `stored`, the bytes of the object `log`, are not those of `identity`; undefined where they are. Another origin,
 * layout or own key means another log. Further keys may come and go.
 */
export function identityConflict(stored: Uint8Array, identity: LogIdentity): string | undefined {
  const found = parseObject(stored);
  if (typeof found === 'string') return found;
  if (found['version'] !== STATE_VERSION) {
    return `its version is ${shown(found['version'])}, and this sequencer reads ${String(STATE_VERSION)}`;
  }
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['origin', found['origin'], identity.origin],
    ['layout', found['layout'], identity.layout],
    ['public key', ownVerifierKey(found['publicKeys']), identity.publicKeys[0]?.verifierKey],
  ];
  const different = pairs.find(([, got, want]) => got !== want);
  if (different === undefined) return undefined;
  const [what, got, want] = different;
  return `it belongs to a log whose ${what} is ${shown(got)}, and the configuration says ${shown(want)}`;
}

/** The JSON object, or what is there instead. */
function parseObject(bytes: Uint8Array): Readonly<Record<string, unknown>> | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(fromUtf8(bytes));
  } catch {
    return 'it is not JSON';
  }
  if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed)) return 'it is not a JSON object';
  return parsed as Record<string, unknown>;
}

function ownVerifierKey(publicKeys: unknown): unknown {
  const [own] = Array.isArray(publicKeys) ? (publicKeys as readonly unknown[]) : [];
  return (own as { verifierKey?: unknown } | null | undefined)?.verifierKey;
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value);
}
