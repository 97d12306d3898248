import assert from 'node:assert/strict';
import { fromBase64 } from '../../tlog/bytes.js';
import { decodeSctExtensions } from '../../tlog/sct-extensions.js';
import { decodeDataTile, type TileLeaf } from '../../tlog/tile-leaf.js';
import { bundlePath } from '../../tlog/tile.js';
import { startCertificateLog, type CertificateLog, type Submission } from '../certificate-log.js';
import { describeUnless } from '../describe-unless.js';
import { useProcesses } from '../processes.js';
import { REAL_SHARD, readRealPrecertificates, type RealPrecertificate } from '../real-precertificates.js';
import { submitAll } from '../submissions.js';
import { readTestdata, testdataDir } from '../testdata.js';

const SUBMIT_TIMEOUT_MS = 60_000;

const reason = testdataDir() === undefined ? 'there is no folder of test data' : undefined;

describeUnless(reason, '256 real precertificates, through add-pre-chain', () => {
  const processes = useProcesses();
  let log: CertificateLog;
  let precertificates: RealPrecertificate[];
  let submissions: Submission[];

  before(async function () {
    this.timeout(SUBMIT_TIMEOUT_MS);
    const real = readRealPrecertificates();
    precertificates = real.precertificates;
    log = await startCertificateLog(processes, { roots: real.roots, ...REAL_SHARD });
    submissions = await submitReal();
  });

  function submitReal(): Promise<Submission[]> {
    return submitAll(
      log,
      precertificates.map(({ chain }) => ({ endpoint: 'add-pre-chain', chain })),
    );
  }

  it('get SCTs with the indices 0 to 255, each once', () => {
    const indices = submissions.map(indexOf).sort((a, b) => a - b);
    assert.deepEqual(
      indices,
      Array.from({ length: 256 }, (_, i) => i),
    );
  });

  it('get the same SCT fields when they are submitted again', async function () {
    this.timeout(SUBMIT_TIMEOUT_MS);
    const again = await submitReal();
    const fields = ({ sct: { timestamp, extensions, id } }: Submission): object => ({ timestamp, extensions, id });
    assert.deepEqual(again.map(fields), submissions.map(fields));
  });

  it('are logged with the TBS and the issuer key hash of the original log', async () => {
    const leaves = decodeDataTile(await log.read(bundlePath('data', 0, 256)));
    assert.equal(leaves.length, 256);
    submissions.forEach((submission, i) => {
      const leaf = leaves[indexOf(submission)];
      assert.deepEqual(leaf?.entry.signedEntry, precertificates[i]?.entry.signedEntry, `precertificate ${i}`);
      assert.equal(leaf?.entry.timestamp, submission.sct.timestamp);
    });
  });

  it('are logged with the precertificate as submitted and every issuer up to the root', async () => {
    const leaves = decodeDataTile(await log.read(bundlePath('data', 0, 256)));
    const byPrecertificate = new Map(leaves.map((leaf) => [key(leaf), leaf.fingerprints]));
    const originals = decodeDataTile(readTestdata('ct/data-tile-256-precerts.bin'));
    for (const original of originals) assert.deepEqual(byPrecertificate.get(key(original)), original.fingerprints);
  });
});

function indexOf({ sct }: Submission): number {
  return decodeSctExtensions(fromBase64(sct.extensions));
}

function key({ preCertificate }: TileLeaf): string {
  assert.ok(preCertificate !== undefined);
  return Buffer.from(preCertificate).toString('base64');
}
