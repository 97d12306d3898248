import type { TimestampMs } from '../../tlog/scalars.js';

/**
 * What a log refuses beyond what every log must. All of it is about the leaf, save `refusePreIssuers` and `refuseSha1`.
 */
export interface ChainRules {
  /** The shard: the leaf's notAfter lies in [notAfterStart, notAfterLimit). Undefined: no bound on this side. */
  readonly notAfterStart: TimestampMs | undefined;
  readonly notAfterLimit: TimestampMs | undefined;
  /** Refuses a leaf whose notAfter has passed. */
  readonly rejectExpired: boolean;
  /** Refuses a leaf whose notAfter has not passed. */
  readonly rejectUnexpired: boolean;
  /** Refuses a precertificate that a precertificate signing certificate has signed. */
  readonly refusePreIssuers: boolean;
  /** Refuses a path in which a signature is over SHA-1; the root's own signature is not looked at. */
  readonly refuseSha1: boolean;
  /** Extensions that a leaf must not have, as dotted object identifiers. */
  readonly rejectExtensions: readonly string[];
  /** Extended key usages of which a leaf must have at least one, as dotted object identifiers. Empty: any or none. */
  readonly requireExtKeyUsages: readonly string[];
}

/** The rules of a log that refuses nothing that it need not refuse. */
export const laxRules: ChainRules = {
  notAfterStart: undefined,
  notAfterLimit: undefined,
  rejectExpired: false,
  rejectUnexpired: false,
  refusePreIssuers: false,
  refuseSha1: false,
  rejectExtensions: [],
  requireExtKeyUsages: [],
};
