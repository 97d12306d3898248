import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toBase64 } from '../tlog/bytes.js';
import { fetchObject } from './fetch-object.js';
import type { KeyFile, PersonalityAddresses, Processes, SequencerAddresses, ServiceProcess } from './processes.js';

/** The answer to add-chain and add-pre-chain, as RFC 6962 section 4.1 has it. */
export interface SignedCertificateTimestamp {
  readonly sct_version: number;
  readonly id: string;
  readonly timestamp: number;
  readonly extensions: string;
  readonly signature: string;
}

/** A chain that was submitted, leaf first, and what came back. */
export interface Submission {
  readonly chain: readonly Uint8Array[];
  readonly sct: SignedCertificateTimestamp;
}

/** A static-ct log: one sequencer and any number of personalities, all as real processes. */
export interface CertificateLog {
  readonly name: string;
  readonly origin: string;
  readonly key: KeyFile;
  readonly sequencer: ServiceProcess<SequencerAddresses>;
  readonly personalities: readonly ServiceProcess<PersonalityAddresses>[];
  /** Ends with a slash. */
  readonly monitoringPrefix: string;
  /** The directory that holds what is served at the monitoring prefix. */
  readonly publicDirectory: string;
  /** Submits one chain to the first personality, and insists on an SCT. */
  submit(endpoint: 'add-chain' | 'add-pre-chain', chain: readonly Uint8Array[]): Promise<Submission>;
  /** Fetches one object below the monitoring prefix, and insists on finding it. */
  read(path: string): Promise<Uint8Array>;
}

/** How a log differs from the usual one of the tests. */
interface CertificateLogOptions {
  /** PEM of the accepted roots. */
  readonly roots: string;
  readonly notAfterStart: string;
  readonly notAfterLimit: string;
  /** More settings for the log in each personality's configuration. */
  readonly policy?: object;
  /** How many personalities there are; 1 when left out. */
  readonly personalities?: number;
}

const NAME = 'test';
const ORIGIN = 'ct.example/test';

/** Starts a log of certificates, on a posix store in the directory of `processes`. */
export async function startCertificateLog(
  processes: Processes,
  options: CertificateLogOptions,
): Promise<CertificateLog> {
  const { roots, notAfterStart, notAfterLimit, policy = {}, personalities: count = 1 } = options;
  const key = processes.makeKey('log-key.pem', 'p256');
  await writeFile(join(processes.directory, 'roots.pem'), roots);
  const sequencer = await processes.startSequencer({
    logs: [
      {
        name: NAME,
        origin: ORIGIN,
        layout: 'static-ct',
        store: { posix: { directory: NAME } },
        signers: [{ type: 'rfc6962', keyFile: key.file }],
      },
    ],
  });
  const monitoringPrefix = `${sequencer.addresses.read}/${NAME}/`;
  const personality = {
    sequencer: { address: sequencer.addresses.rpc },
    logs: [
      {
        name: NAME,
        description: 'A log for tests',
        submissionUrl: `https://${ORIGIN}/`,
        monitoringUrl: monitoringPrefix,
        keyFile: key.file,
        roots: ['roots.pem'],
        notAfterStart,
        notAfterLimit,
        ...policy,
      },
    ],
  };
  const personalities = await Promise.all(Array.from({ length: count }, () => processes.startPersonality(personality)));
  return {
    name: NAME,
    origin: ORIGIN,
    key,
    sequencer,
    personalities,
    monitoringPrefix,
    publicDirectory: join(processes.directory, NAME, 'public'),
    submit: (endpoint, chain) => submit(`${personalities[0]?.addresses.http ?? ''}/${NAME}/ct/v1/${endpoint}`, chain),
    read: (path) => fetchObject(monitoringPrefix + path),
  };
}

async function submit(url: string, chain: readonly Uint8Array[]): Promise<Submission> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ chain: chain.map(toBase64) }),
  });
  const text = await response.text();
  assert.equal(response.status, 200, `${url} answered ${response.status}: ${text}`);
  return { chain, sct: JSON.parse(text) as SignedCertificateTimestamp };
}
