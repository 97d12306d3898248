/** Entries of one Add call, at most. Source: andamento/v1/sequencer.proto, AddRequest. */
export const ENTRIES_PER_CALL_MAX = 1_024;

/** Bytes of leaf_prefix, data and trailer of all entries of one Add call, at most. Source: AddRequest. */
export const CALL_SIZE_MAX_BYTES = 4_194_304;

/** Bytes of `leaf_prefix`, at most. Source: Entry. */
export const LEAF_PREFIX_MAX_BYTES = 64;

/** Bytes of `data`, at most. Source: Entry. */
export const DATA_MAX_BYTES = 262_144;

/** Bytes of `trailer`, at most. Source: Entry. */
export const TRAILER_MAX_BYTES = 262_144;

/** Bytes of an attachment, at most. Source: PutAttachmentRequest. */
export const ATTACHMENT_MAX_BYTES = 262_144;

/** Bytes of the timestamp hole: a big-endian u64 in ms. Source: Entry. */
export const TIMESTAMP_HOLE_BYTES = 8;

/** Bytes of the index hole: a big-endian u40. Source: Entry. */
export const INDEX_HOLE_BYTES = 5;

/** Entries of one journal object, at most. It is many calls, so that a busy sequencer drains its queue in one write. */
export const BATCH_ENTRIES_MAX = 8_192;

/** Bytes of leaf_prefix, data and trailer in one journal object, at most. */
export const BATCH_SIZE_MAX_BYTES = 16_777_216;

/** Entries of a log that are accepted and not yet integrated, at most: they are all held in memory. */
export const OUTSTANDING_ENTRIES_MAX = 65_536;

/** Bytes of the entries of a log that are accepted and not yet integrated, at most. */
export const OUTSTANDING_SIZE_MAX_BYTES = 67_108_864;

/** How long one call waits on the server for its stage, in ms, when its own deadline is later or missing. */
export const STAGE_WAIT_MAX_MS = 60_000;
