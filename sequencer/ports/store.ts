/** Names the content of an object at one moment: two reads with the same version saw the same bytes. Opaque. */
export type Version = string & { readonly __brand: 'Version' };

/** An object as it was read. */
export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly version: Version;
}

/** What came of a swap. */
export type SwapResult = { readonly kind: 'swapped'; readonly version: Version } | { readonly kind: 'conflict' };

/**
 * Named objects with conditional writes: all that sequencing needs. Source: the design's commit protocol.
 *
 * A name is one or more elements [A-Za-z0-9._-]+ with `/` between them, none of them `.` or `..`; no name is another
 * name's directory. Whatever a call reports as written or existing is on stable storage. Every call throws StoreError
 * when the storage fails.
 */
export interface Store {
  /** The object, or undefined where there is none. */
  read(name: string, signal?: AbortSignal): Promise<StoredObject | undefined>;
  /** Writes an object that does not exist yet; one that does stays as it is. Of several at once, one succeeds. */
  create(name: string, bytes: Uint8Array, signal?: AbortSignal): Promise<'created' | 'exists'>;
  /** Replaces the object if its version is `expected`; undefined expects that there is none. */
  swap(name: string, expected: Version | undefined, bytes: Uint8Array, signal?: AbortSignal): Promise<SwapResult>;
  /** The names that begin with `prefix`, which ends in `/`, from the name `from` on (inclusive), in ascending order. */
  list(prefix: string, from?: string, signal?: AbortSignal): AsyncIterable<string>;
  /** Removes the object; one that is not there is no error. */
  remove(name: string, signal?: AbortSignal): Promise<void>;
}

/** The two spaces of a log. */
export interface LogStore {
  /** What the world reads. */
  readonly public: Store;
  /** What only sequencers read. */
  readonly private: Store;
}

/** The storage failed; the operation may have had its effect all the same, unless `effect` is none. */
export class StoreError extends Error {
  readonly operation: 'read' | 'create' | 'swap' | 'list' | 'remove';
  readonly objectName: string;
  readonly effect: 'none' | 'unknown';

  constructor(
    failed: { operation: StoreError['operation']; objectName: string; effect: 'none' | 'unknown' },
    options: { readonly cause: unknown },
  ) {
    // Clients are sent this sentence, and what the system says, paths and all, is the operator's.
    super(`${failed.operation} of ${failed.objectName} failed in the storage`, options);
    this.name = 'StoreError';
    this.operation = failed.operation;
    this.objectName = failed.objectName;
    this.effect = failed.effect;
  }
}

const NAME_FORM = /^(?!\.\.?(?:\/|$))[A-Za-z0-9._-]+(?:\/(?!\.\.?(?:\/|$))[A-Za-z0-9._-]+)*$/;

/** @throws RangeError when `name` is not a name: a defect of the caller, or somebody else's path. */
export function checkObjectName(name: string): void {
  if (!NAME_FORM.test(name)) throw new RangeError(`${JSON.stringify(name)} is not the name of an object`);
}

/** @throws RangeError unless `prefix` is a name and a `/`: the directory of objects, never the beginning of an element. */
export function checkPrefix(prefix: string): void {
  if (!prefix.endsWith('/')) throw new RangeError(`${JSON.stringify(prefix)} is no prefix of names: it ends in no "/"`);
  checkObjectName(prefix.slice(0, -1));
}
