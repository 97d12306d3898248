import assert from 'node:assert/strict';
import { nativeHasher } from '../../service/native-hasher.js';
import { generateLog } from '../../test/public-log/generated-log.js';
import { utf8 } from '../../tlog/bytes.js';
import { parseCheckpoint } from '../../tlog/checkpoint.js';
import { TlogError } from '../../tlog/error.js';
import { leafIndex } from '../../tlog/scalars.js';
import { parseNote } from '../../tlog/signed-note.js';
import { createInclusionProver } from './inclusion.js';

describe('createInclusionProver()', () => {
  const { signal } = new AbortController();
  const log = generateLog('tlog-tiles', 600);
  const tree = parseCheckpoint(parseNote(log.files.get('checkpoint') ?? new Uint8Array()).text);
  const leaf = (i: number): Parameters<ReturnType<typeof createInclusionProver>['prove']>[0] => ({
    index: leafIndex(i),
    hash: nativeHasher.leaf(utf8(`entry ${i}`)),
  });

  it('proves leaves from the tiles that are served', async () => {
    const prover = createInclusionProver(log.objects, nativeHasher);
    for (const i of [0, 255, 256, 511, 512, 599]) await prover.prove(leaf(i), tree, signal);
  });

  it('does not prove a leaf that is elsewhere', async () => {
    const prover = createInclusionProver(log.objects, nativeHasher);
    await assert.rejects(prover.prove({ ...leaf(7), index: leafIndex(8) }, tree, signal), TlogError);
  });

  it('does not prove anything without its tiles', async () => {
    const none = { where: '', read: () => Promise.resolve(undefined) };
    await assert.rejects(createInclusionProver(none, nativeHasher).prove(leaf(7), tree, signal), TlogError);
  });
});
