import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stage } from '../../proto/gen/andamento/v1/sequencer.js';
import { utf8 } from '../../tlog/bytes.js';
import { describeUnless } from '../describe-unless.js';
import { useProcesses } from '../processes.js';
import { connectSequencer, plainEntry } from '../sequencer-client.js';
import { copyLog, flipBit } from './damage.js';
import { askFsck, judgeMissing, type Verdict } from './judge.js';

const ENTRIES = 10_000;
const ENTRIES_A_CALL = 1_000;
const ADD_TIMEOUT_MS = 60_000;
const NAME = 'tiles';
const ORIGIN = 'example.com/tiles';

describeUnless(judgeMissing('tessera-fsck'), `a tlog-tiles log of ${ENTRIES} entries`, () => {
  const processes = useProcesses();
  let url: string;
  let keyFile: string;

  before(async function () {
    this.timeout(ADD_TIMEOUT_MS);
    const key = processes.makeKey('key.pem', 'ed25519');
    const sequencer = await processes.startSequencer({
      logs: [
        {
          name: NAME,
          origin: ORIGIN,
          layout: 'tlog-tiles',
          store: { posix: { directory: NAME } },
          signers: [{ type: 'ed25519', keyFile: key.file }],
        },
      ],
    });
    url = `${sequencer.addresses.read}/${NAME}/`;
    const client = connectSequencer(sequencer.addresses.rpc);
    try {
      for (let begin = 0; begin < ENTRIES; begin += ENTRIES_A_CALL) {
        const entries = Array.from({ length: ENTRIES_A_CALL }, (_, i) => plainEntry(utf8(`entry ${begin + i}`)));
        await client.add({ log: NAME, entries, waitFor: Stage.STAGE_PUBLISHED });
      }
      const { identity } = await client.getLog({ log: NAME });
      keyFile = join(processes.directory, 'verifier-key');
      writeFileSync(keyFile, identity?.publicKeys[0]?.verifierKey ?? '');
    } finally {
      client.close();
    }
  });

  const askTessera = (at: string): Promise<Verdict> =>
    askFsck('tessera-fsck', ['-storage_url', at, '-public_key', keyFile]);

  async function askAboutCopy(damage: (copy: string) => void): Promise<Verdict> {
    const copy = copyLog(join(processes.directory, NAME, 'public'));
    try {
      damage(copy);
      return await askTessera(`file://${copy}/`);
    } finally {
      rmSync(copy, { recursive: true });
    }
  }

  it('is healthy in the eyes of tessera-fsck', async () => {
    const { healthy, said } = await askTessera(url);
    assert.ok(healthy, said);
    assert.match(said, new RegExp(`fsck'd log with size ${ENTRIES} `));
  });

  it('is healthy as a copy in a directory too', async () => {
    const { healthy, said } = await askAboutCopy(() => undefined);
    assert.ok(healthy, said);
  });

  for (const { desc, object } of [
    { desc: 'an entry', object: 'tile/entries/003' },
    { desc: 'an entry of the partial bundle', object: `tile/entries/039.p/${ENTRIES % 256}` },
    { desc: 'a hash of a full tile', object: 'tile/0/017' },
    { desc: 'the checkpoint', object: 'checkpoint' },
  ]) {
    it(`is damaged when one bit of ${desc} is flipped`, async () => {
      const { healthy, said } = await askAboutCopy((copy) => flipBit(join(copy, object)));
      assert.ok(!healthy, said);
    });
  }
});
