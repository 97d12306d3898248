import type { Certificate } from './certificate.js';
import { formatName } from './distinguished-name.js';

/** The certificate that a refusal is about: its position in the submitted chain, from 0, and its subject. */
export interface InChain {
  readonly position: number;
  readonly subject: string;
}

/** A refusal that is about one certificate. */
type About<Code extends string, Facts = unknown> = InChain & Facts & { readonly code: Code };

/** Why a submission is refused: a code for machines, and the facts. Times are in RFC 3339. */
export type RefusalFacts =
  | { readonly code: 'malformed-body'; readonly problem: string }
  | { readonly code: 'chain-empty' }
  | { readonly code: 'chain-too-long'; readonly length: number; readonly lengthMax: number }
  | { readonly code: 'malformed-base64'; readonly position: number }
  | { readonly code: 'malformed-certificate'; readonly position: number; readonly problem: string }
  | { readonly code: 'too-large'; readonly position: number; readonly sizeBytes: number; readonly sizeMaxBytes: number }
  | About<'precertificate-at-add-chain'>
  | About<'certificate-at-add-pre-chain'>
  | About<'malformed-poison', { readonly problem: string }>
  | About<
      'outside-shard',
      {
        readonly notAfter: string;
        readonly notAfterStart: string | null;
        readonly notAfterLimit: string | null;
      }
    >
  | About<'expired', { readonly notAfter: string }>
  | About<'unexpired', { readonly notAfter: string }>
  | About<'extension-refused', { readonly extension: string }>
  | About<'key-usage-missing', { readonly required: readonly string[] }>
  | About<'certificate-twice', { readonly firstPosition: number }>
  | About<'wrong-order', { readonly issuer: string; readonly issuerPosition: number }>
  | About<'unrelated-certificate', { readonly reason: 'no-issuer' | 'after-root' }>
  | About<'issuer-missing', { readonly issuer: string; readonly acceptedRootOfSameName: boolean }>
  | About<'root-not-accepted', { readonly acceptedRootOfSameName: boolean }>
  | About<'issuer-not-a-ca', { readonly issuer: string }>
  | About<'issuer-may-not-sign', { readonly issuer: string }>
  | About<'signature-invalid', { readonly issuer: string }>
  | About<'signature-unsupported', { readonly issuer: string; readonly algorithm: string }>
  | About<'algorithms-differ'>
  | About<'sha1-refused'>
  | About<'signature-checks-exhausted', { readonly checksMax: number }>
  | About<'pre-issuer-refused'>
  | About<'final-issuer-missing'>;

export type RefusalCode = RefusalFacts['code'];

/** A refusal with the sentence that says which rule was broken, and by which certificate. It is fit to be sent as JSON. */
export type Refusal = RefusalFacts & { readonly message: string };

/** The outcome of a submission that the log does not take. */
export interface Refused {
  readonly kind: 'refused';
  readonly refusal: Refusal;
}

/** How a refusal names a certificate. */
export function inChain(position: number, certificate: Certificate): InChain {
  return { position, subject: formatName(certificate.subject) };
}
