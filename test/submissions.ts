import pLimit from 'p-limit';
import type { CertificateLog, Submission } from './certificate-log.js';

/** A chain to be submitted, and where. */
export interface Planned {
  readonly endpoint: 'add-chain' | 'add-pre-chain';
  readonly chain: readonly Uint8Array[];
}

const IN_FLIGHT_MAX = 128;

/** Submits everything, many at a time. @returns what came back, in the order of `planned`. */
export function submitAll(log: CertificateLog, planned: readonly Planned[]): Promise<Submission[]> {
  const limit = pLimit(IN_FLIGHT_MAX);
  return Promise.all(planned.map(({ endpoint, chain }) => limit(() => log.submit(endpoint, chain))));
}
