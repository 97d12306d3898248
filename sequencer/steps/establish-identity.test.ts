import assert from 'node:assert/strict';
import { createFaultScript } from '../../test/fault-script.js';
import { createTestDeps, type TestDeps } from '../../test/log-deps.js';
import { isRefusal } from '../../test/refusals.js';
import { rewrite } from '../../test/stored-log.js';
import { utf8 } from '../../tlog/bytes.js';
import { encodeLogIdentity } from '../core/log-identity.js';
import { establishIdentity } from './establish-identity.js';

describe('establishIdentity()', () => {
  let deps: TestDeps;
  beforeEach(() => {
    deps = createTestDeps();
  });
  const bytesOf = async (space: 'public' | 'private', name: string): Promise<Uint8Array | undefined> =>
    (await deps.store[space].read(name))?.bytes;

  it('makes a new store its own, in private and for all to read', async () => {
    await establishIdentity(deps);
    const want = encodeLogIdentity(deps.identity);
    assert.deepEqual(await bytesOf('private', 'log'), want);
    assert.deepEqual(await bytesOf('public', 'log.json'), want);
  });

  it('changes nothing of a store that is its own', async () => {
    await establishIdentity(deps);
    const faults = createFaultScript(deps.store);
    await establishIdentity({ ...deps, store: faults.store });
    assert.ok(faults.calls.every(({ operation }) => operation === 'read'));
  });

  it('ends the same way wherever it was cut short', async () => {
    await establishIdentity(deps);
    await deps.store.public.remove('log.json');
    await establishIdentity(deps);
    await rewrite(deps.store.public, 'log.json', () => utf8('{'));
    await establishIdentity(deps);
    assert.deepEqual(await bytesOf('public', 'log.json'), await bytesOf('private', 'log'));
  });

  for (const { desc, other } of [
    { desc: 'another origin', other: () => createTestDeps({ origin: 'log.example/other' }) },
    { desc: 'another key', other: () => createTestDeps({ key: 1 }) },
    { desc: 'another layout', other: () => createTestDeps({ layout: 'tlog-tiles' }) },
  ]) {
    it(`refuses the store of a log with ${desc}, and changes nothing`, async () => {
      const foreign = other();
      await establishIdentity(foreign);
      const faults = createFaultScript(foreign.store);
      await assert.rejects(
        establishIdentity({ identity: deps.identity, store: faults.store }),
        isRefusal('precondition'),
      );
      assert.ok(faults.calls.every(({ operation }) => operation === 'read'));
    });
  }

  it('knows its store under another name: the name is not stored', async () => {
    await establishIdentity(deps);
    await establishIdentity({ identity: { ...deps.identity, name: 'renamed' }, store: deps.store });
  });

  for (const { space, name } of [
    { space: 'private', name: 'tree' },
    { space: 'public', name: 'checkpoint' },
  ] as const) {
    it(`does not take a store for a new one that has lost its identity, and has ${name}`, async () => {
      await deps.store[space].create(name, utf8('x'));
      await assert.rejects(establishIdentity(deps), isRefusal('data-loss', 'log'));
      assert.equal(await bytesOf('private', 'log'), undefined);
    });
  }
});
