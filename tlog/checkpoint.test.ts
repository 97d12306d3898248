import assert from 'node:assert/strict';
import fc from 'fast-check';
import { refuses } from '../test/refuses.js';
import { toBase64, utf8 } from './bytes.js';
import { formatCheckpoint, parseCheckpoint, type CheckpointText } from './checkpoint.js';
import { EMPTY_ROOT, sha256Of } from './hash.js';
import { LEAF_INDEX_LIMIT, treeSize } from './scalars.js';
import { parseNote } from './signed-note.js';

/** The example of c2sp.org/tlog-checkpoint. */
const EXAMPLE = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
`;

const line = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).filter((text) => !text.includes('\n'));
const anyCheckpoint: fc.Arbitrary<CheckpointText> = fc.record(
  {
    origin: line,
    size: fc.maxSafeNat().map((n) => treeSize(n % (LEAF_INDEX_LIMIT + 1))),
    root: fc.uint8Array({ minLength: 32, maxLength: 32 }).map(sha256Of),
    extensions: fc.array(line, { maxLength: 3 }),
  },
  { noNullPrototype: true },
);

describe('parseCheckpoint() and formatCheckpoint()', () => {
  it('read and write the example of the specification', () => {
    const { text } = parseNote(utf8(EXAMPLE));
    const checkpoint = parseCheckpoint(text);
    assert.equal(checkpoint.origin, 'example.com/behind-the-sofa');
    assert.equal(checkpoint.size, 20_852_163);
    assert.equal(toBase64(checkpoint.root), 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=');
    assert.deepEqual(checkpoint.extensions, []);
    assert.equal(formatCheckpoint(checkpoint), text);
  });

  it('give back what was written', () => {
    fc.assert(
      fc.property(anyCheckpoint, (checkpoint) =>
        assert.deepEqual(parseCheckpoint(formatCheckpoint(checkpoint)), checkpoint),
      ),
    );
  });
});

describe('parseCheckpoint()', () => {
  const root = toBase64(EMPTY_ROOT);

  it('says what is wrong', () => {
    const decimal = 'want a decimal without superfluous zeros';
    const table = [
      { text: '', want: 'checkpoint: got 0 lines, want origin, size and root' },
      { text: `log\n0\n${root}`, want: 'checkpoint: got no newline at the end, want one' },
      { text: 'log\n0\n', want: 'checkpoint: got 2 lines, want origin, size and root' },
      { text: `\n0\n${root}\n`, want: 'checkpoint origin: got "", want one line that is not empty' },
      { text: `log\n\n${root}\n`, want: `checkpoint size: got "", ${decimal}` },
      { text: `log\n00\n${root}\n`, want: `checkpoint size: got "00", ${decimal}` },
      { text: `log\n01\n${root}\n`, want: `checkpoint size: got "01", ${decimal}` },
      { text: `log\n+1\n${root}\n`, want: `checkpoint size: got "+1", ${decimal}` },
      { text: `log\n-1\n${root}\n`, want: `checkpoint size: got "-1", ${decimal}` },
      { text: `log\n1e3\n${root}\n`, want: `checkpoint size: got "1e3", ${decimal}` },
      { text: `log\n 1\n${root}\n`, want: `checkpoint size: got " 1", ${decimal}` },
      { text: `log\n1\r\n${root}\n`, want: `checkpoint size: got "1\\r", ${decimal}` },
      { text: `log\n٣\n${root}\n`, want: `checkpoint size: got "٣", ${decimal}` },
      { text: `log\n0\n${root.slice(0, -1)}\n`, want: /^checkpoint root: got .*, want base64 of 32 bytes$/ },
      { text: `log\n0\n${root.replace('U=', 'V=')}\n`, want: /^checkpoint root: got .*, want base64 of 32 bytes$/ },
      { text: 'log\n0\nAAAA\n', want: 'checkpoint root: got "AAAA", want base64 of 32 bytes' },
      { text: `log\n0\n${root} \n`, want: /^checkpoint root: / },
      { text: `log\n0\n${root}\n\n`, want: 'checkpoint extension: got "", want one line that is not empty' },
      { text: `log\n0\n${root}\nmore\n\n`, want: 'checkpoint extension: got "", want one line that is not empty' },
    ];
    for (const { text, want } of table) refuses('malformed', () => parseCheckpoint(text), want);
  });

  it('refuses sizes that no log reaches', () => {
    for (const size of ['1099511627777', '9007199254740993', '9'.repeat(400)]) {
      refuses('out-of-range', () => parseCheckpoint(`log\n${size}\n${root}\n`), /^tree size: /);
    }
    assert.equal(parseCheckpoint(`log\n1099511627776\n${root}\n`).size, LEAF_INDEX_LIMIT);
  });
});

describe('formatCheckpoint()', () => {
  it('refuses lines that would become others', () => {
    const good: CheckpointText = { origin: 'log', size: treeSize(0), root: EMPTY_ROOT, extensions: [] };
    for (const origin of ['', 'a\nb'])
      refuses('malformed', () => formatCheckpoint({ ...good, origin }), /^checkpoint origin/);
    for (const extension of ['', 'a\n'])
      refuses('malformed', () => formatCheckpoint({ ...good, extensions: [extension] }), /^checkpoint extension/);
  });
});
