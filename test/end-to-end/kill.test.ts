import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { fetchObject } from '../fetch-object.js';
import { useProcesses, type KeyFile, type SequencerAddresses, type ServiceProcess } from '../processes.js';
import { connectSequencer } from '../sequencer-client.js';
import { fetchCheckpoint, verifyCheckpoint } from '../served-checkpoint.js';
import { createAuditor, type Auditor } from './auditor.js';
import { startLoad } from './load.js';

// ANDAMENTO_EVIDENCE asks for the long run, by which the promise is kept or broken.
const ROUNDS = process.env['ANDAMENTO_EVIDENCE'] === undefined ? 4 : 100;
const ROUND_TIMEOUT_MS = 30_000;
const NAME = 'killed';
const ORIGIN = 'example.com/killed';
/** How long after the load began the sequencer is killed. */
const KILL_AFTER_MS = { least: 20, most: 600 };
/** How long after its launch a sequencer that recovers is killed: it serves after about 500 ms. */
const KILL_START_AFTER_MS = { least: 50, most: 900 };

describe(`a sequencer that is killed (kill -9) under load, ${ROUNDS} times`, () => {
  const processes = useProcesses();
  const auditor = createAuditor();
  let config: object;
  let key: KeyFile;
  let unsettled: readonly string[] = [];

  before(() => {
    key = processes.makeKey('key.pem', 'p256');
    config = {
      logs: [
        {
          name: NAME,
          origin: ORIGIN,
          layout: 'static-ct',
          store: { posix: { directory: NAME } },
          signers: [{ type: 'rfc6962', keyFile: key.file }],
        },
      ],
    };
  });

  /** Loads the sequencer until it dies, and notes what it promised and published meanwhile. */
  async function loadUntilKilled(sequencer: ServiceProcess<SequencerAddresses>, round: number): Promise<void> {
    const client = connectSequencer(sequencer.addresses.rpc);
    const load = startLoad(client, { log: NAME, round, unsettled });
    const watching = watchCheckpoints(sequencer, auditor);
    await pause(randomInt(KILL_AFTER_MS.least, KILL_AFTER_MS.most));
    await sequencer.kill();
    unsettled = await load.end();
    auditor.remember(load.acknowledged);
    client.close();
    await watching;
  }

  /** Publishes all that is durable, and checks it. */
  async function audit(sequencer: ServiceProcess<SequencerAddresses>, by: Auditor): Promise<void> {
    const client = connectSequencer(sequencer.addresses.rpc);
    const { checkpoint } = await client.integrate({ log: NAME, alwaysWriteCheckpoint: false });
    client.close();
    by.see(verified(checkpoint));
    await by.audit((path) => fetchObject(`${sequencer.addresses.read}/${NAME}/${path}`));
  }

  function verified(checkpoint: Uint8Array): ReturnType<typeof verifyCheckpoint> {
    return verifyCheckpoint(checkpoint, { origin: ORIGIN, spki: key.spki });
  }

  async function watchCheckpoints(sequencer: ServiceProcess<SequencerAddresses>, by: Auditor): Promise<void> {
    for (;;) {
      const bytes = await fetchCheckpoint(`${sequencer.addresses.read}/${NAME}/`);
      if (bytes === undefined) return;
      by.see(verified(bytes));
    }
  }

  for (let round = 1; round <= ROUNDS; round++) {
    it(`has kept every promise after round ${round}`, async function () {
      this.timeout(ROUND_TIMEOUT_MS);
      const sequencer = await processes.startSequencer(config);
      await audit(sequencer, auditor);
      await loadUntilKilled(sequencer, round);
      if (round % 3 === 0) {
        const recovering = processes.launchSequencer(config);
        await pause(randomInt(KILL_START_AFTER_MS.least, KILL_START_AFTER_MS.most));
        await recovering.kill();
      }
    });
  }

  it('has kept every promise in the end', async function () {
    this.timeout(ROUND_TIMEOUT_MS);
    const sequencer = await processes.startSequencer(config);
    auditor.startOver();
    await audit(sequencer, auditor);
    const { acknowledged, checkpoints, entries } = auditor.tally();
    console.log(
      `      ${acknowledged} acknowledged, ${entries} in the log, ${checkpoints} checkpoints, all consistent`,
    );
    assert.ok(acknowledged >= ROUNDS, 'the load was one');
    assert.equal(await sequencer.stop(), 0);
  });
});
