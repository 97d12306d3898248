import { BinaryReader } from '@bufbuild/protobuf/wire';
import { AddRequest } from '../../proto/gen/andamento/v1/sequencer.js';
import { ENTRIES_PER_CALL_MAX } from '../core/limits.js';

/** An AddRequest, or how many entries it has where they are too many to be decoded. */
export type ReadAddRequest = AddRequest | { readonly tooManyEntries: number };

/** The number of `repeated Entry entries = 2`. Source: andamento/v1/sequencer.proto. */
const ENTRIES_FIELD = 2;

/**
 * Decodes an AddRequest of at most ENTRIES_PER_CALL_MAX entries, and counts them first: 8 MiB can hold four million empty
 * ones, and to make an object of each took 16 s and 2.7 GB, in which nobody else was answered.
 *
 * @throws RangeError or Error when the bytes are no such message.
 */
export function readAddRequest(bytes: Uint8Array): ReadAddRequest {
  const count = countEntries(bytes);
  return count > ENTRIES_PER_CALL_MAX ? { tooManyEntries: count } : AddRequest.decode(bytes);
}

function countEntries(bytes: Uint8Array): number {
  const reader = new BinaryReader(bytes);
  let count = 0;
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === ENTRIES_FIELD) count += 1;
    reader.skip(wireType, field);
  }
  return count;
}
