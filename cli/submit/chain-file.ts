import { readFileSync } from 'node:fs';
import { parseCertificate } from '../../personality-ct/core/certificate.js';
import { parsePemCertificates } from '../../personality-ct/core/pem.js';
import { poisonOf } from '../../personality-ct/core/precertificate.js';
import type { Endpoint } from '../../personality-ct/core/submission.js';
import { CannotLookError } from '../public-log/public-objects.js';

/** What is submitted: one chain, leaf first. */
export interface ChainFile {
  readonly file: string;
  /** The certificates, in DER. */
  readonly chain: readonly Uint8Array[];
  /** Where it belongs: a precertificate is poisoned. */
  readonly endpoint: Endpoint;
}

/** Reads a PEM file. @throws CannotLookError when it holds no chain, or something beside it. */
export function readChainFile(file: string): ChainFile {
  const { certificates, problems } = parsePemCertificates(readText(file));
  const [problem] = problems;
  const [leaf] = certificates;
  if (problem !== undefined || leaf === undefined) {
    throw new CannotLookError(`it does not hold a chain: ${problem ?? 'there is no certificate in it'}`);
  }
  const poison = poisonOf(parseCertificate(leaf.der)).kind;
  // Whoever poisons a certificate wrongly meant a precertificate: the log says what is wrong with it.
  const endpoint = poison === 'absent' ? 'add-chain' : 'add-pre-chain';
  return { file, chain: certificates.map(({ der }) => der), endpoint };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CannotLookError(`it cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
