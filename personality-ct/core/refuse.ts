import type { RefusalCode, RefusalFacts, Refused } from './refusal.js';

type FactsOf<Code extends RefusalCode> = Extract<RefusalFacts, { readonly code: Code }>;

/** What is said for each code. Where a certificate is meant, this is the rest of a sentence that begins with its name. */
const SENTENCES: { readonly [Code in RefusalCode]: (facts: FactsOf<Code>) => string } = {
  'malformed-body': ({ problem }) => `The body must be a JSON object {"chain": ["<base64 DER>", ...]}, but ${problem}`,
  'chain-empty': () => 'The chain is empty: it must hold the leaf at least',
  'chain-too-long': ({ length, lengthMax }) => `The chain holds ${length} certificates; at most ${lengthMax} are taken`,
  'malformed-base64': ({ position }) =>
    `chain[${position}] is not base64 of the standard alphabet, with padding and nothing else`,
  'malformed-certificate': ({ position, problem }) =>
    `chain[${position}] is not an X.509 certificate in DER: ${problem}`,
  'too-large': ({ position, sizeBytes, sizeMaxBytes }) =>
    `chain[${position}] makes ${sizeBytes} bytes; at most ${sizeMaxBytes} are taken`,

  'precertificate-at-add-chain': () => 'is a precertificate: it goes to add-pre-chain',
  'certificate-at-add-pre-chain': () => 'has no poison extension, so it is no precertificate: it goes to add-chain',
  'malformed-poison': ({ problem }) => `has a poison extension that ${problem}: it must be critical with value 05 00`,
  'outside-shard': ({ notAfter, notAfterStart, notAfterLimit }) =>
    `has notAfter ${notAfter}, outside the shard [${notAfterStart ?? 'any'}, ${notAfterLimit ?? 'any'})`,
  expired: ({ notAfter }) => `expired at ${notAfter}: this log takes no expired certificates`,
  unexpired: ({ notAfter }) => `does not expire before ${notAfter}: this log takes expired certificates alone`,
  'extension-refused': ({ extension }) => `has the extension ${extension}, which this log refuses`,
  'key-usage-missing': ({ required }) =>
    `has none of the extended key usages that this log wants: ${required.join(', ')}`,

  'certificate-twice': ({ firstPosition }) =>
    `is the same certificate as chain[${firstPosition}]: each stands in a path once`,
  'wrong-order': ({ issuer, issuerPosition }) =>
    `must be followed by its issuer (${issuer}), which stands at chain[${issuerPosition}] instead`,
  'unrelated-certificate': ({ reason }) =>
    reason === 'after-root'
      ? 'follows a certificate that is an accepted root or was issued by one: the chain must end there'
      : 'issued no certificate of this chain: the chain must be the path to a root and nothing more',
  'issuer-missing': ({ issuer, acceptedRootOfSameName }) =>
    `was issued by ${issuer}, which is neither the next certificate nor an accepted root${hint(acceptedRootOfSameName)}`,
  'root-not-accepted': ({ acceptedRootOfSameName }) =>
    `is self-issued and not among the accepted roots${hint(acceptedRootOfSameName)}`,
  'issuer-not-a-ca': ({ issuer }) => `was issued by ${issuer}, whose basicConstraints do not say that it is a CA`,
  'issuer-may-not-sign': ({ issuer }) => `was issued by ${issuer}, whose keyUsage does not include keyCertSign`,
  'signature-invalid': ({ issuer }) => `has a signature that the key of its issuer (${issuer}) did not make`,
  'signature-unsupported': ({ issuer, algorithm }) =>
    `was signed by ${issuer} with ${algorithm}, which is not supported, or not with that key`,
  'algorithms-differ': () => 'names one signature algorithm in the signed part and another beside the signature',
  'sha1-refused': () => 'has a signature over SHA-1, which this log refuses',
  'signature-checks-exhausted': ({ checksMax }) =>
    `has so many possible issuers that ${checksMax} signature checks led to no path`,
  'pre-issuer-refused': () => 'is a precertificate signing certificate: this log refuses what these have signed',
  'final-issuer-missing': () => 'is a precertificate, but the path ends before the issuer of its final certificate',
};

/** Makes a refusal of its facts, with the sentence that tells the engineer of a CA which rule and which certificate. */
export function refused<Code extends RefusalCode>(facts: FactsOf<Code>): Refused {
  const sentence = SENTENCES[facts.code](facts);
  const message = 'subject' in facts ? `chain[${facts.position}] (${facts.subject}) ${sentence}.` : `${sentence}.`;
  return { kind: 'refused', refusal: { ...facts, message } };
}

function hint(acceptedRootOfSameName: boolean): string {
  return acceptedRootOfSameName ? '; left out, it would be replaced by the accepted root of the same name' : '';
}
