import type { Refused } from './refusal.js';
import { refused } from './refuse.js';

/** Where a submission came in. */
export type Endpoint = 'add-chain' | 'add-pre-chain';

/** The most certificates of a submission. Real chains have 2 to 6. */
export const SUBMISSION_CHAIN_MAX = 64;

/** Decodes base64 strictly (standard alphabet, padding, re-encodes to itself); undefined for any other text. */
export type DecodeBase64 = (text: string) => Uint8Array | undefined;

/** A submission whose chain could be read: DER, the leaf first. */
export interface Submission {
  readonly kind: 'submission';
  readonly chain: readonly Uint8Array[];
}

/**
 * Reads the body of add-chain and add-pre-chain, `{"chain": ["<base64>", …]}`. Other members are ignored, as by the
 * logs that there are. Source: RFC 6962, 4.1
 */
export function parseSubmission(body: string, decodeBase64: DecodeBase64): Submission | Refused {
  const chain = readChain(body);
  if (typeof chain === 'string') return refused({ code: 'malformed-body', problem: chain });
  if (chain.length === 0) return refused({ code: 'chain-empty' });
  if (chain.length > SUBMISSION_CHAIN_MAX) {
    return refused({ code: 'chain-too-long', length: chain.length, lengthMax: SUBMISSION_CHAIN_MAX });
  }
  const decoded = chain.map(decodeBase64);
  const position = decoded.findIndex((der) => der === undefined);
  if (position !== -1) return refused({ code: 'malformed-base64', position });
  return { kind: 'submission', chain: decoded as Uint8Array[] };
}

/** The strings in `chain`, or what is wrong with the body. */
function readChain(body: string): readonly string[] | string {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return 'it is not JSON';
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return 'it is not an object';
  const { chain } = json as { chain?: unknown };
  if (chain === undefined) return 'it has no member "chain"';
  if (!Array.isArray(chain)) return '"chain" is not an array';
  const position = chain.findIndex((element) => typeof element !== 'string');
  return position === -1 ? (chain as string[]) : `chain[${position}] is not a string`;
}
