import { concatBytes } from './bytes.js';
import { TlogError } from './error.js';
import { leafIndex, type LeafIndex } from './scalars.js';
import { createReader, u16, u40, u8 } from './tls.js';

const LEAF_INDEX_TYPE = 0;
const LEAF_INDEX_SIZE_BYTES = 5;

/**
 * The extensions of an SCT and its entry: 00 ‖ 00 05 ‖ u40 index.
 *
 *     enum { leaf_index(0), (255) } ExtensionType;
 *     struct { ExtensionType extension_type; opaque extension_data<0..2^16-1>; } Extension;
 *     Extension CtExtensions<0..2^16-1>;        // without the length of the whole here
 *
 * Source: c2sp.org/static-ct-api.
 */
export function encodeSctExtensions(index: LeafIndex): Uint8Array {
  return concatBytes(u8(LEAF_INDEX_TYPE), u16(LEAF_INDEX_SIZE_BYTES), u40(leafIndex(index)));
}

/**
 * The leaf index among extensions, of which unknown ones are ignored.
 * @throws TlogError malformed when it is missing or not 5 bytes, or an extension comes twice
 */
export function decodeSctExtensions(bytes: Uint8Array): LeafIndex {
  const reader = createReader(bytes);
  const seen = new Map<number, Uint8Array>();
  while (reader.remaining > 0) {
    const offset = reader.offset;
    const type = reader.u8();
    if (seen.has(type)) {
      const got = `a second extension of type ${type}`;
      throw new TlogError({ code: 'malformed', what: 'SCT extensions', got, want: 'one of each type', offset });
    }
    seen.set(type, reader.vector(2));
  }
  const index = seen.get(LEAF_INDEX_TYPE);
  if (index?.length === LEAF_INDEX_SIZE_BYTES) return leafIndex(createReader(index).u40());
  const got = index === undefined ? 'no leaf_index' : `a leaf_index of ${index.length} bytes`;
  throw new TlogError({ code: 'malformed', what: 'SCT extensions', got, want: 'a leaf_index of 5 bytes' });
}
