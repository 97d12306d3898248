import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from './json-file.js';

/** Where everything is while it runs. */
export interface RunFile {
  /** The gRPC address of the sequencer, host:port. */
  readonly sequencer: string;
  /** The monitoring prefix of the log, with its slash at the end. */
  readonly read: string;
  /** The submission prefix of the log, with its slash at the end. */
  readonly personality: string;
  /** The operations doors of sequencer and personality. */
  readonly ops: readonly string[];
  /** The name of the log. */
  readonly log: string;
  readonly origin: string;
  /** The key of the log: base64 of the DER SubjectPublicKeyInfo. */
  readonly publicKey: string;
  readonly pids: { readonly start: number; readonly sequencer: number; readonly personality: number };
}

const RUN = z.object({
  sequencer: z.string(),
  read: z.url(),
  personality: z.url(),
  ops: z.array(z.url()),
  log: z.string(),
  origin: z.string(),
  publicKey: z.base64(),
  pids: z.object({ start: z.int(), sequencer: z.int(), personality: z.int() }),
});

/** What runs on a data directory; undefined where nothing does. @throws CommandError when the file is damaged. */
export function readRunFile(directory: string): RunFile | undefined {
  return readJsonFile(runFile(directory), RUN);
}

/** Says that everything serves. */
export function writeRunFile(directory: string, run: RunFile): void {
  writeJsonFile(runFile(directory), run);
}

/** Synchronous, because it is also done when the process is about to end. */
export function removeRunFile(directory: string): void {
  rmSync(runFile(directory), { force: true });
}

function runFile(directory: string): string {
  return join(directory, 'run.json');
}
