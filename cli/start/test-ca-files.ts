import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCertificate } from '../../personality-ct/core/certificate.js';
import { parsePemCertificates } from '../../personality-ct/core/pem.js';
import { CommandError } from '../terminal/command-error.js';
import { createTestCa, openTestCa, type TestCa } from '../test-ca.js';
import { createPrivateFile } from './private-file.js';
import type { Shard } from './shard.js';

/** Where a test CA is kept, and what it has issued. */
export interface TestCaPaths {
  /** The accepted root. */
  readonly root: string;
  /** Chains to submit, one a file. */
  readonly chains: readonly string[];
}

/** How many precertificates, and as many certificates, are ready to be submitted. */
const CHAINS_OF_EACH_KIND = 3;

const SECOND_MS = 1_000;

/** How long a leaf is valid, at most. */
const LEAF_LIFETIME_MS: number = 90 * 24 * 3_600_000;

/**
 * The test CA of a data directory, which is made on first use, with some chains that fit the shard.
 *
 * @throws CommandError when a file of it is missing or damaged.
 */
export function openTestCaFiles(directory: string, { shard, now }: { shard: Shard; now: Date }): TestCaPaths {
  const place = join(directory, 'test-ca');
  const ca = readCa(place) ?? createCa(place, now);
  const chainsPlace = join(place, 'chains');
  mkdirSync(chainsPlace, { recursive: true });
  const chains = (['precertificate', 'certificate'] as const).flatMap((kind) =>
    Array.from({ length: CHAINS_OF_EACH_KIND }, (_, i) => ({ kind, name: `${kind}-${i + 1}` })),
  );
  return {
    root: join(place, FILES.rootPem),
    chains: chains.map(({ kind, name }) => {
      const file = join(chainsPlace, `${name}.pem`);
      const request = { kind, name: `${name}.example`, ...validityWithin(shard, now) };
      if (!isChainOf(file, shard)) writeFileSync(file, ca.issue(request).pem);
      return file;
    }),
  };
}

/** Whether a file holds a chain that the shard takes. It may have been made for another shard, or for another time. */
function isChainOf(file: string, { startMs, limitMs }: Shard): boolean {
  if (!existsSync(file)) return false;
  const [leaf] = parsePemCertificates(readFileSync(file, 'utf8')).certificates;
  if (leaf === undefined) return false;
  const { notAfter } = parseCertificate(leaf.der);
  return startMs <= notAfter && notAfter < limitMs;
}

/** Times are written in whole seconds. Source: RFC 5280, 4.1.2.5. */
function validityWithin({ startMs, limitMs }: Shard, now: Date): { notBefore: Date; notAfter: Date } {
  const usualMs = now.getTime() + LEAF_LIFETIME_MS;
  const notAfterMs = Math.min(Math.max(usualMs, startMs + SECOND_MS), limitMs - SECOND_MS);
  return { notBefore: new Date(notAfterMs - LEAF_LIFETIME_MS), notAfter: new Date(notAfterMs) };
}

const FILES = {
  rootKeyPem: 'root-key.pem',
  intermediateKeyPem: 'intermediate-key.pem',
  intermediatePem: 'intermediate.pem',
  // The last to be written: where it is, the CA is whole.
  rootPem: 'root.pem',
} as const;

function createCa(place: string, now: Date): TestCa {
  const ca = createTestCa({ now });
  mkdirSync(place, { recursive: true });
  for (const [part, file] of Object.entries(FILES)) {
    writeCaFile(join(place, file), ca.files[part as keyof typeof FILES]);
  }
  return ca;
}

/** What an interrupted first use has left behind of another CA is replaced. */
function writeCaFile(file: string, content: string): void {
  rmSync(file, { force: true });
  createPrivateFile(file, content);
}

function readCa(place: string): TestCa | undefined {
  if (!existsSync(join(place, FILES.rootPem))) return undefined;
  try {
    const [rootKeyPem, intermediateKeyPem, intermediatePem, rootPem] = Object.values(FILES).map((file) =>
      readFileSync(join(place, file), 'utf8'),
    ) as [string, string, string, string];
    return openTestCa({ rootKeyPem, intermediateKeyPem, intermediatePem, rootPem });
  } catch (error) {
    throw new CommandError(`The test CA in ${place} cannot be used: ${(error as Error).message}.`, { cause: error });
  }
}
