import type { TimestampMs } from '../../tlog/scalars.js';
import type { Certificate } from './certificate.js';
import { extKeyUsagesOf } from './constraints.js';
import { formatOid } from './object-identifiers.js';
import { poisonOf } from './precertificate.js';
import { inChain, type Refused } from './refusal.js';
import { refused } from './refuse.js';
import type { ChainRules } from './rules.js';
import type { Endpoint } from './submission.js';

/** Says whether the leaf belongs to this endpoint. Source: RFC 6962, 4.1 and 4.2 */
export function checkEndpoint(leaf: Certificate, endpoint: Endpoint): Refused | undefined {
  const poison = poisonOf(leaf);
  if (poison.kind === 'malformed') {
    return refused({ code: 'malformed-poison', ...inChain(0, leaf), problem: poison.problem });
  }
  const wanted = poison.kind === 'present' ? 'add-pre-chain' : 'add-chain';
  if (endpoint === wanted) return undefined;
  const code = poison.kind === 'present' ? 'precertificate-at-add-chain' : 'certificate-at-add-pre-chain';
  return refused({ code, ...inChain(0, leaf) });
}

/** Says whether the leaf is one that this log takes. */
export function checkLeafRules(leaf: Certificate, rules: ChainRules, now: TimestampMs): Refused | undefined {
  return checkShard(leaf, rules) ?? checkExpiry(leaf, rules, now) ?? checkExtensions(leaf, rules);
}

function checkShard(leaf: Certificate, { notAfterStart, notAfterLimit }: ChainRules): Refused | undefined {
  const begun = notAfterStart === undefined || notAfterStart <= leaf.notAfter;
  const ended = notAfterLimit !== undefined && notAfterLimit <= leaf.notAfter;
  if (begun && !ended) return undefined;
  return refused({
    code: 'outside-shard',
    ...inChain(0, leaf),
    notAfter: formatTime(leaf.notAfter),
    notAfterStart: notAfterStart === undefined ? null : formatTime(notAfterStart),
    notAfterLimit: notAfterLimit === undefined ? null : formatTime(notAfterLimit),
  });
}

function checkExpiry(leaf: Certificate, rules: ChainRules, now: TimestampMs): Refused | undefined {
  const hasExpired = leaf.notAfter < now;
  if (!(hasExpired ? rules.rejectExpired : rules.rejectUnexpired)) return undefined;
  const code = hasExpired ? 'expired' : 'unexpired';
  return refused({ code, ...inChain(0, leaf), notAfter: formatTime(leaf.notAfter) });
}

function checkExtensions(leaf: Certificate, rules: ChainRules): Refused | undefined {
  const { rejectExtensions, requireExtKeyUsages: required } = rules;
  if (rejectExtensions.length > 0) {
    const extension = leaf.extensions.all
      .map(({ oid }) => formatOid(oid))
      .find((oid) => rejectExtensions.includes(oid));
    if (extension !== undefined) return refused({ code: 'extension-refused', ...inChain(0, leaf), extension });
  }
  if (required.length === 0 || extKeyUsagesOf(leaf).some((usage) => required.includes(usage))) return undefined;
  return refused({ code: 'key-usage-missing', ...inChain(0, leaf), required });
}

/** A time in RFC 3339, to the second, as it stands in certificates. */
function formatTime(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
