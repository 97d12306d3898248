import { concatBytes } from './bytes.js';
import { TlogError } from './error.js';
import { TILE_WIDTH } from './tile.js';
import { createReader, u16 } from './tls.js';

/** The size of the largest entry of a tlog-tiles log, in bytes: its length is an uint16. Source: c2sp.org/tlog-tiles. */
export const ENTRY_SIZE_MAX_BYTES = 65_535;

/** One entry as it lies in a bundle: u16 length ‖ data. @throws TlogError out-of-range. Source: c2sp.org/tlog-tiles */
export function encodeBundleEntry(data: Uint8Array): Uint8Array {
  if (data.length <= ENTRY_SIZE_MAX_BYTES) return concatBytes(u16(data.length), data);
  throw new TlogError({
    code: 'out-of-range',
    what: 'entry',
    got: `${data.length} bytes`,
    want: `at most ${ENTRY_SIZE_MAX_BYTES}`,
  });
}

/** The 1 to 256 entries of a bundle, as views. @throws TlogError malformed. Source: c2sp.org/tlog-tiles */
export function decodeEntryBundle(bundle: Uint8Array): Uint8Array[] {
  return decodeAll(bundle, 'entry bundle', (reader) => reader.vector(2));
}

/** The 1 to 256 things of a kind that fill a bundle. @throws TlogError malformed */
export function decodeAll<T>(
  bundle: Uint8Array,
  what: string,
  decodeOne: (reader: ReturnType<typeof createReader>) => T,
): T[] {
  const reader = createReader(bundle);
  const items: T[] = [];
  while (reader.remaining > 0 && items.length < TILE_WIDTH) items.push(decodeOne(reader));
  if (items.length === 0) {
    throw new TlogError({ code: 'malformed', what, got: 'no entries', want: '1 to 256' });
  }
  reader.end(`${what} after 256 entries`);
  return items;
}
