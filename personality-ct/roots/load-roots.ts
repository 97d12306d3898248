import { readFile } from 'node:fs/promises';
import type { Hasher } from '../../tlog/hash.js';
import { parsePemCertificates } from '../core/pem.js';
import { rootSet, type RootSet } from '../core/roots.js';

/** The roots of some files, and a sentence about everything in them that could not be read. */
export interface LoadedRoots {
  readonly roots: RootSet;
  readonly problems: readonly string[];
}

/** Reads the accepted roots from PEM files. One bad block, or one bad file, does not spoil the rest. */
export async function loadRoots(hasher: Hasher, files: readonly string[]): Promise<LoadedRoots> {
  const read = await Promise.all(files.map(readRoots));
  return {
    roots: rootSet(
      hasher,
      read.flatMap(({ certificates }) => certificates),
    ),
    problems: read.flatMap(({ problems }) => problems),
  };
}

async function readRoots(file: string): Promise<{ certificates: Uint8Array[]; problems: string[] }> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => error as Error);
  if (text instanceof Error)
    return { certificates: [], problems: [`roots file ${file} cannot be read: ${text.message}`] };
  const { certificates, problems } = parsePemCertificates(text);
  return {
    certificates: certificates.map(({ der }) => der),
    problems: problems.map((problem) => `roots file ${file}: ${problem}`),
  };
}
