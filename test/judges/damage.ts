import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Copies what a log serves, to be damaged. @returns the new directory; the caller removes it. */
export function copyLog(publicDirectory: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'andamento-damaged-'));
  cpSync(publicDirectory, copy, { recursive: true });
  return copy;
}

/** Flips one bit in the middle of a file. */
export function flipBit(file: string): void {
  const bytes = readFileSync(file);
  const middle = bytes.length >> 1;
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
  // Removed first, because it may be read-only.
  rmSync(file);
  writeFileSync(file, bytes);
}
