import assert from 'node:assert/strict';
import { createTestCa } from '../../cli/test-ca.js';
import { startCertificateLog, type CertificateLog } from '../certificate-log.js';
import { useProcesses } from '../processes.js';
import { fetchCheckpoint, verifyCheckpoint, type ServedCheckpoint } from '../served-checkpoint.js';
import { until } from '../until.js';

/** How long the log is watched, and how often its checkpoint has to be renewed in that time. */
interface Watch {
  readonly refreshAge: string;
  readonly watchMs: number;
  readonly renewals: { readonly least: number; readonly most: number };
}

// ANDAMENTO_EVIDENCE asks for the long run, by which the promise is kept or broken.
const WATCH: Watch =
  process.env['ANDAMENTO_EVIDENCE'] === undefined
    ? { refreshAge: '1s', watchMs: 8_000, renewals: { least: 5, most: 11 } }
    : { refreshAge: '5s', watchMs: 60_000, renewals: { least: 10, most: 14 } };
const START_MARGIN_MS = 30_000;
const SHARD = { notAfterStart: '2025-07-01T00:00:00Z', notAfterLimit: '2045-07-01T00:00:00Z' };

for (const personalities of [1, 2]) {
  describe(`a log without submissions, refresh age ${WATCH.refreshAge}, ${personalities} personalities`, () => {
    const processes = useProcesses();
    let log: CertificateLog;

    before(async () => {
      log = await startCertificateLog(processes, {
        roots: createTestCa({ now: new Date() }).files.rootPem,
        ...SHARD,
        personalities,
        policy: { refreshAge: WATCH.refreshAge, mmd: '60s' },
      });
    });

    it(`renews its checkpoint ${WATCH.renewals.least} to ${WATCH.renewals.most} times in ${WATCH.watchMs / 1000} s`, async function () {
      this.timeout(WATCH.watchMs + START_MARGIN_MS);
      const seen = await watchCheckpoints(log, WATCH.watchMs);
      const renewals = seen.length - 1;
      console.log(`        ${renewals} renewals, ms apart: ${gaps(seen).join(' ')}`);
      assert.ok(renewals >= WATCH.renewals.least && renewals <= WATCH.renewals.most, `${renewals} renewals`);
      assert.ok(
        gaps(seen).every((gap) => gap > 0),
        'each timestamp is later than the one before',
      );
      assert.ok(
        seen.every(({ size }) => size === 0),
        'the tree has not grown',
      );
    });
  });
}

/** Every checkpoint that is served in this time, in order and each verified. The first is the one that is there. */
async function watchCheckpoints(log: CertificateLog, watchMs: number): Promise<ServedCheckpoint[]> {
  const seen: ServedCheckpoint[] = [];
  const endMs = Date.now() + watchMs;
  await until('the end of the watch', watchMs * 2, async () => {
    const bytes = await fetchCheckpoint(log.monitoringPrefix);
    assert.ok(bytes !== undefined, 'a checkpoint is served');
    const last = seen.at(-1);
    if (last === undefined || Buffer.compare(last.bytes, bytes) !== 0) {
      seen.push(verifyCheckpoint(bytes, { origin: log.origin, spki: log.key.spki }));
    }
    return Date.now() >= endMs ? true : undefined;
  });
  return seen;
}

/** Milliseconds between the timestamps of neighbours. */
function gaps(seen: readonly ServedCheckpoint[]): number[] {
  return seen.slice(1).map(({ timestamp }, i) => timestamp - (seen[i]?.timestamp ?? 0));
}
