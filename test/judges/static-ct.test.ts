import assert from 'node:assert/strict';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestCa } from '../../cli/test-ca.js';
import { toBase64 } from '../../tlog/bytes.js';
import { startCertificateLog, type CertificateLog, type Submission } from '../certificate-log.js';
import { describeUnless } from '../describe-unless.js';
import { useProcesses } from '../processes.js';
import { REAL_SHARD, readRealPrecertificates, type RealPrecertificate } from '../real-precertificates.js';
import { submitAll, type Planned } from '../submissions.js';
import { testdataDir } from '../testdata.js';
import { copyLog, flipBit } from './damage.js';
import { askFsck, askSunlight, judgeMissing, type Verdict } from './judge.js';

const ENTRIES = 1_100;
const SUBMIT_TIMEOUT_MS = 120_000;
/** It takes 2 s for all SCTs on an idle machine. */
const JUDGE_TIMEOUT_MS = 60_000;
// In the shard that takes the real precertificates.
const NOT_BEFORE = new Date('2025-06-01T00:00:00Z');
const NOT_AFTER = new Date('2025-07-05T00:00:00Z');

const reason = judgeMissing('tesseract-fsck') ?? judgeMissing('sunlight-verify');

describeUnless(reason, `a static-ct log of ${ENTRIES} certificates`, () => {
  const processes = useProcesses();
  let log: CertificateLog;
  let submissions: Submission[];

  before(async function () {
    this.timeout(SUBMIT_TIMEOUT_MS);
    const testCa = createTestCa({ now: NOT_BEFORE });
    const real = testdataDir() === undefined ? undefined : readRealPrecertificates();
    log = await startCertificateLog(processes, { roots: (real?.roots ?? '') + testCa.files.rootPem, ...REAL_SHARD });
    const fromReal = (real?.precertificates ?? []).map(asPlanned);
    const generated = Array.from({ length: ENTRIES - fromReal.length }, (_, i): Planned => {
      const kind = i % 2 === 0 ? 'certificate' : 'precertificate';
      const { chain } = testCa.issue({ kind, name: `host-${i}.example`, notBefore: NOT_BEFORE, notAfter: NOT_AFTER });
      return { endpoint: kind === 'certificate' ? 'add-chain' : 'add-pre-chain', chain };
    });
    submissions = await submitAll(log, [...fromReal, ...generated]);
  });

  const askTesseract = (url: string): Promise<Verdict> =>
    askFsck('tesseract-fsck', [
      ...['-monitoring_url', url],
      ...['-origin', log.origin],
      ...['-public_key', toBase64(log.key.spki)],
    ]);

  const askSunlightAt = (url: string, submitted: readonly Submission[] = []): Promise<Verdict> => {
    const file = join(processes.directory, 'submissions.jsonl');
    writeFileSync(file, submitted.map(asLine).join(''));
    return askSunlight([
      ...['-monitoring-prefix', url],
      ...['-origin', log.origin],
      ...['-public-key', toBase64(log.key.spki)],
      ...['-scts', file],
    ]);
  };

  /** Asks both judges about a copy of what the log serves. */
  async function askAboutCopy(damage: (copy: string) => void): Promise<{ tesseract: Verdict; sunlight: Verdict }> {
    const copy = copyLog(log.publicDirectory);
    try {
      damage(copy);
      return { tesseract: await askTesseract(`file://${copy}/`), sunlight: await askSunlightAt(`file://${copy}`) };
    } finally {
      rmSync(copy, { recursive: true });
    }
  }

  it('is healthy in the eyes of tesseract-fsck', async () => {
    const { healthy, said } = await askTesseract(log.monitoringPrefix);
    assert.ok(healthy, said);
    assert.match(said, new RegExp(`fsck'd log with size ${ENTRIES} `));
  });

  it('has a right checkpoint, entries, issuers and SCTs in the eyes of sunlight', async function () {
    this.timeout(JUDGE_TIMEOUT_MS);
    const { healthy, said } = await askSunlightAt(log.monitoringPrefix, submissions);
    assert.ok(healthy, said);
    assert.match(said, new RegExp(`^${ENTRIES} SCTs and their inclusion are right$`, 'm'));
  });

  it('is healthy as a copy in a directory too', async () => {
    const { tesseract, sunlight } = await askAboutCopy(() => undefined);
    assert.ok(tesseract.healthy, tesseract.said);
    assert.ok(sunlight.healthy, sunlight.said);
  });

  for (const { desc, object, offset } of [
    // No hash covers the precertificate as submitted, so the bit is in what the SCT signs.
    { desc: 'an entry', object: 'tile/data/001', offset: 100 },
    { desc: 'a hash of a full tile', object: 'tile/0/002' },
    { desc: 'a hash at the right edge', object: `tile/1/000.p/${ENTRIES >> 8}` },
    { desc: 'the checkpoint', object: 'checkpoint' },
  ]) {
    it(`is damaged for both judges when one bit of ${desc} is flipped`, async () => {
      const { tesseract, sunlight } = await askAboutCopy((copy) => flipBit(join(copy, object), offset));
      assert.ok(!tesseract.healthy, `tesseract-fsck: ${tesseract.said}`);
      assert.ok(!sunlight.healthy, `sunlight-verify: ${sunlight.said}`);
    });
  }

  it('is damaged for sunlight when one bit of an issuer is flipped', async () => {
    const { sunlight } = await askAboutCopy((copy) => {
      const [issuer = 'none'] = readdirSync(join(copy, 'issuer'));
      flipBit(join(copy, 'issuer', issuer));
    });
    assert.ok(!sunlight.healthy, sunlight.said);
  });

  it('is damaged for both judges when every issuer is gone', async () => {
    const { tesseract, sunlight } = await askAboutCopy((copy) => rmSync(join(copy, 'issuer'), { recursive: true }));
    assert.ok(!tesseract.healthy, `tesseract-fsck: ${tesseract.said}`);
    assert.ok(!sunlight.healthy, `sunlight-verify: ${sunlight.said}`);
  });

  for (const { desc, wrong } of [
    { desc: 'has another timestamp', wrong: later },
    { desc: 'has a damaged signature', wrong: withDamagedSignature },
    { desc: 'is of another certificate', wrong: ofAnother },
  ]) {
    it(`does not hold for sunlight when an SCT ${desc}`, async () => {
      const [first, second] = submissions;
      assert.ok(first !== undefined && second !== undefined);
      const { healthy, said } = await askSunlightAt(log.monitoringPrefix, [first, wrong(second, first)]);
      assert.ok(!healthy, said);
      assert.match(said, /^wrong: SCT 2: /m);
    });
  }
});

function asPlanned({ chain }: RealPrecertificate): Planned {
  return { endpoint: 'add-pre-chain', chain };
}

function asLine({ chain, sct }: Submission): string {
  return `${JSON.stringify({ chain: chain.map(toBase64), sct })}\n`;
}

function later({ chain, sct }: Submission): Submission {
  return { chain, sct: { ...sct, timestamp: sct.timestamp + 1 } };
}

function withDamagedSignature({ chain, sct }: Submission): Submission {
  const signature = Buffer.from(sct.signature, 'base64');
  const last = signature.length - 1;
  signature.writeUInt8(signature.readUInt8(last) ^ 1, last);
  return { chain, sct: { ...sct, signature: signature.toString('base64') } };
}

function ofAnother({ sct }: Submission, { chain }: Submission): Submission {
  return { chain, sct };
}
