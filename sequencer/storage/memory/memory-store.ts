import {
  checkObjectName,
  checkPrefix,
  type LogStore,
  type Store,
  type StoredObject,
  type Version,
} from '../../ports/store.js';

/**
 * The reference store: objects in memory, each verb one atomic step. For tests, and for logs that need not outlive their
 * process. Bytes are copied on the way in and out, so that no caller can change an object afterwards.
 */
export function createMemoryStore(): Store {
  const objects = new Map<string, StoredObject>();
  let writes = 0;
  const put = (name: string, bytes: Uint8Array): Version => {
    writes += 1;
    const version = String(writes) as Version;
    objects.set(name, { bytes: new Uint8Array(bytes), version });
    return version;
  };
  return {
    async read(name) {
      checkObjectName(name);
      const found = objects.get(name);
      return Promise.resolve(found && { bytes: found.bytes.slice(), version: found.version });
    },
    async create(name, bytes) {
      checkObjectName(name);
      if (objects.has(name)) return Promise.resolve('exists');
      put(name, bytes);
      return Promise.resolve('created');
    },
    async swap(name, expected, bytes) {
      checkObjectName(name);
      if (objects.get(name)?.version !== expected) return Promise.resolve({ kind: 'conflict' });
      return Promise.resolve({ kind: 'swapped', version: put(name, bytes) });
    },
    async *list(prefix, from = prefix) {
      checkPrefix(prefix);
      const names = [...objects.keys()].filter((name) => name.startsWith(prefix) && name >= from).sort();
      yield* await Promise.resolve(names);
    },
    async remove(name) {
      checkObjectName(name);
      objects.delete(name);
      return Promise.resolve();
    },
  };
}

/** Both spaces of a log in memory. */
export function createMemoryLogStore(): LogStore {
  return { public: createMemoryStore(), private: createMemoryStore() };
}
