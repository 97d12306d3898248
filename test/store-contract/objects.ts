import assert from 'node:assert/strict';
import { utf8 } from '../../tlog/bytes.js';
import type { Store, Version } from '../../sequencer/ports/store.js';

/** Swaps, and insists on success. @returns the new version. */
export async function swapped(
  store: Store,
  name: string,
  expected: Version | undefined,
  text: string,
): Promise<Version> {
  const result = await store.swap(name, expected, utf8(text));
  assert.equal(result.kind, 'swapped');
  return result.version;
}

/** The bytes of an object that must be there. */
export async function contentOf(store: Store, name: string): Promise<Uint8Array> {
  const found = await store.read(name);
  assert.ok(found !== undefined, `${name} is there`);
  return found.bytes;
}

/** The same as text. */
export async function textOf(store: Store, name: string): Promise<string> {
  return new TextDecoder().decode(await contentOf(store, name));
}
