import assert from 'node:assert/strict';
import { createTestDeps, LAYOUTS, type TestDeps } from '../../test/log-deps.js';
import { fromUtf8, utf8 } from '../../tlog/bytes.js';
import { EMPTY_ROOT } from '../../tlog/hash.js';
import { timestampMs, treeSize } from '../../tlog/scalars.js';
import { readCheckpoint, signCheckpoint } from './checkpoint.js';

const HEAD = { size: treeSize(7), root: EMPTY_ROOT, timestamp: timestampMs(1_751_673_600_000) };

describe('signCheckpoint() and readCheckpoint()', () => {
  /** A log whose checkpoints are signed by several keys; the first of `parts` has the log's own. */
  const joined = (...parts: readonly TestDeps[]): TestDeps => {
    const [own] = parts;
    assert.ok(own !== undefined);
    return { ...own, signers: parts.flatMap(({ signers }) => signers) };
  };

  for (const layout of LAYOUTS) {
    it(`say the same of a tree head (${layout})`, () => {
      const deps = createTestDeps({ layout });
      const { note, ...head } = signCheckpoint(deps, HEAD);
      assert.deepEqual(head, HEAD);
      const { size, root, timestamp } = readCheckpoint(deps, note);
      assert.deepEqual([size, root], [HEAD.size, HEAD.root]);
      assert.equal(timestamp, layout === 'static-ct' ? HEAD.timestamp : undefined);
    });
  }

  it('put the origin, the size and the root into the text, and nothing else', () => {
    const deps = createTestDeps();
    const [text = ''] = fromUtf8(signCheckpoint(deps, HEAD).note).split('\n\n');
    assert.equal(text, 'log.example/test\n7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=');
  });

  it('sign with every key, and take the timestamp from the log’s own', () => {
    const deps = joined(createTestDeps(), createTestDeps({ layout: 'tlog-tiles' }));
    const { note } = signCheckpoint(deps, HEAD);
    assert.equal(fromUtf8(note).match(/^— log\.example\/test /gm)?.length, 2);
    assert.equal(readCheckpoint(deps, note).timestamp, HEAD.timestamp);
  });

  it('take a checkpoint that lacks a further key, and none that lacks the log’s own', () => {
    const [own, further] = [createTestDeps(), createTestDeps({ layout: 'tlog-tiles' })];
    const both = joined(own, further);
    assert.equal(readCheckpoint(both, signCheckpoint(own, HEAD).note).size, 7);
    assert.throws(
      () => readCheckpoint(both, signCheckpoint(further, HEAD).note),
      /the log has not signed it with its own key/,
    );
  });

  for (const { desc, note, message } of [
    {
      desc: 'of another key',
      note: () => signCheckpoint(createTestDeps({ key: 1 }), HEAD).note,
      message: /note: got .*, want log\.example\/test\+/,
    },
    {
      desc: 'whose text was changed',
      note: (deps: TestDeps) => utf8(fromUtf8(signCheckpoint(deps, HEAD).note).replace('\n7\n', '\n8\n')),
      message: /signature/,
    },
    { desc: 'that is no note', note: () => utf8('hello'), message: /note/ },
  ]) {
    it(`refuse a checkpoint ${desc}`, () => {
      const deps = createTestDeps();
      assert.throws(() => readCheckpoint(deps, note(deps)), message);
    });
  }

  it('refuse a checkpoint of another origin, though it was signed with the key', () => {
    const deps = createTestDeps({ layout: 'tlog-tiles' });
    const identity = { ...deps.identity, origin: 'log.example/other' };
    const { note } = signCheckpoint({ ...deps, identity }, HEAD);
    assert.throws(
      () => readCheckpoint(deps, note),
      /its origin is log\.example\/other, and the log's is log\.example\/test/,
    );
  });

  it('do not hand out a note that does not verify', () => {
    const deps = createTestDeps();
    const signers = deps.signers.map((signer) => ({
      ...signer,
      verifier: { ...signer.verifier, verify: () => false },
    }));
    assert.throws(() => signCheckpoint({ ...deps, signers }, HEAD), /signature|verif/);
  });
});
