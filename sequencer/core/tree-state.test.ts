import assert from 'node:assert/strict';
import fc from 'fast-check';
import { concatBytes, fromUtf8, utf8 } from '../../tlog/bytes.js';
import { EMPTY_ROOT, sha256Of } from '../../tlog/hash.js';
import { LEAF_INDEX_LIMIT, timestampMs, treeSize } from '../../tlog/scalars.js';
import { epoch } from './object-names.js';
import { decodeTreeState, encodeTreeState, type TreeState } from './tree-state.js';

const anyState: fc.Arbitrary<TreeState> = fc.record(
  {
    epoch: fc.integer({ min: 1, max: 10 ** 10 - 1 }).map(epoch),
    size: fc.maxSafeNat().map((n) => treeSize(n % (LEAF_INDEX_LIMIT + 1))),
    root: fc.uint8Array({ minLength: 32, maxLength: 32 }).map(sha256Of),
    entryTimestamp: fc.maxSafeNat().map(timestampMs),
    checkpointTimestamp: fc.maxSafeNat().map(timestampMs),
    checkpoint: fc.string({ unit: 'grapheme' }).map((text) => utf8(`${text}\n\n— log.example/tést AAAA\n`)),
  },
  { noNullPrototype: true },
);

const state: TreeState = {
  epoch: epoch(3),
  size: treeSize(70_000),
  root: EMPTY_ROOT,
  entryTimestamp: timestampMs(1_751_673_600_000),
  checkpointTimestamp: timestampMs(1_751_673_600_200),
  checkpoint: utf8('log.example/test\n70000\n…'),
};

const TEXT = `andamento tree 1
epoch 3
size 70000
root 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
entry-timestamp 1751673600000
checkpoint-timestamp 1751673600200

log.example/test
70000
…`;

describe('the tree state', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(anyState, (written) => {
        assert.deepEqual(decodeTreeState(encodeTreeState(written)), written);
      }),
    );
  });

  it('is text that an operator can read, for ever the same', () => {
    assert.equal(fromUtf8(encodeTreeState(state)), TEXT);
  });

  const wrong: { desc: string; text: string; want: RegExp }[] = [
    {
      desc: 'nothing',
      text: '',
      want: /^RangeError: its first line is "", and this version reads "andamento tree 1"$/,
    },
    {
      desc: 'a later version',
      text: TEXT.replace('tree 1', 'tree 2'),
      want: /^RangeError: its first line is "andamento tree 2", and this version reads "andamento tree 1"$/,
    },
    {
      desc: 'a first line that is endless',
      text: 'x'.repeat(1_000_000),
      want: /^RangeError: its first line is "x{64}…", and this version/,
    },
    { desc: 'a line less', text: TEXT.replace('size 70000\n', ''), want: /its lines are not epoch, size, root/ },
    { desc: 'a line more', text: TEXT.replace('\n\n', '\nleader x\n\n'), want: /its lines are not epoch, size, root/ },
    { desc: 'two lines changed about', text: TEXT.replace(/(epoch.*\n)(size.*\n)/, '$2$1'), want: /its lines are not/ },
    { desc: 'the ends of lines of Windows', text: TEXT.replaceAll('\n', '\r\n'), want: /its first line is/ },
    { desc: 'a zero too many', text: TEXT.replace('size 7', 'size 07'), want: /its lines are not epoch, size, root/ },
    { desc: 'epoch 0', text: TEXT.replace('epoch 3', 'epoch 0'), want: /its lines are not epoch, size, root/ },
    {
      desc: 'an epoch of 11 digits',
      text: TEXT.replace('epoch 3', 'epoch 10000000000'),
      want: /an epoch is an integer/,
    },
    { desc: 'a size over 2^40', text: TEXT.replace('70000', '1099511627777'), want: /tree size: got 1099511627777/ },
    {
      desc: 'a timestamp that no number holds',
      text: TEXT.replace('1751673600200', '9007199254740993'),
      want: /timestamp: got 9007199254740992/,
    },
    { desc: 'half a root', text: TEXT.replace(/root .*/, 'root AAAA'), want: /SHA-256 hash: got 3 bytes/ },
    { desc: 'a root that is no base64', text: TEXT.replace(/root .*/, 'root ####'), want: /base64: got "####"/ },
    { desc: 'a byte order mark', text: `\ufeff${TEXT}`, want: /its first line is "\ufeffandamento tree 1"/ },
  ];
  for (const { desc, text, want } of wrong) {
    it(`is refused with ${desc}`, () => {
      assert.throws(() => decodeTreeState(utf8(text)), want);
    });
  }

  it('is refused when it is no UTF-8', () => {
    const bytes = concatBytes(encodeTreeState(state), Uint8Array.of(0xff));
    assert.throws(() => decodeTreeState(bytes), /^TlogError: text: got \d+ bytes that are none, want valid UTF-8$/);
  });
});
