import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Copies what a log serves, to be damaged. @returns the new directory; the caller removes it. */
export function copyLog(publicDirectory: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'andamento-damaged-'));
  cpSync(publicDirectory, copy, { recursive: true });
  return copy;
}

/** Flips one bit of the byte at `offset` in a file, or of the one in its middle. */
export function flipBit(file: string, offset?: number): void {
  const bytes = readFileSync(file);
  const at = offset ?? bytes.length >> 1;
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  // Removed first, because it may be read-only.
  rmSync(file);
  writeFileSync(file, bytes);
}
