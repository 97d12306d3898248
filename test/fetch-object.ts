import assert from 'node:assert/strict';

/** Fetches what a log serves, and insists on finding it. */
export async function fetchObject(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  assert.equal(response.status, 200, `${url} answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
