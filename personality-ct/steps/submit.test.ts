import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import {
  issueAuthority,
  issueLeaf,
  issuePrecertificate,
  issueRoot,
  type TestCertificate,
} from '../../test/certificates/issue.js';
import { createManualClock, type ManualClock } from '../../test/clock.js';
import { createFakeSequencer, type FakeSequencer } from '../../test/personality-ct/fake-sequencer.js';
import { createKeptLog, noMeters } from '../../test/personality-ct/silent.js';
import { nobleHasher } from '../../tlog/hash.js';
import { leafIndex, timestampMs } from '../../tlog/scalars.js';
import { uncachedIssuers } from '../core/issuer.js';
import { judgeSubmission } from '../core/judge.js';
import { rootSet } from '../core/roots.js';
import { laxRules } from '../core/rules.js';
import { parseSct, sctVerifies, type SctJson } from '../core/sct.js';
import type { Endpoint } from '../core/submission.js';
import { decodeBase64 } from '../crypto/base64.js';
import { createSctKey } from '../crypto/sct-key.js';
import { createSignatureVerifier } from '../crypto/signature-verifier.js';
import type { SubmissionResult } from '../ports/meters.js';
import type { SequencerFailureCode } from '../ports/sequencer.js';
import { createCoalescer } from './coalesce.js';
import type { Issuance } from './issuance.js';
import { createIssuerStore } from './issuers.js';
import { createSubmit, type SubmissionOutcome, type Submit } from './submit.js';

describe('createSubmit()', () => {
  const root = issueRoot('root');
  const intermediate = issueAuthority('intermediate', root);
  const certificate = issueLeaf('leaf.example', intermediate);
  const precertificate = issuePrecertificate('leaf.example', intermediate);
  const key = createSctKey(nobleHasher, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  const judge = {
    roots: rootSet(nobleHasher, [root.der]),
    rules: laxRules,
    verifySignature: createSignatureVerifier(),
    readIssuer: uncachedIssuers(nobleHasher),
  };
  const READ_ONLY_AFTER_MS = 3_600_000;
  const CLOSED: Issuance = {
    kind: 'closed',
    code: 'checkpoint-old',
    message: 'too old',
    detail: '',
    retryAfterMs: 5_000,
  };

  let clock: ManualClock;
  let sequencer: FakeSequencer;
  let issuance: () => Issuance;
  let results: SubmissionResult[];
  let lines: Record<string, unknown>[];
  let submit: Submit;

  beforeEach(() => {
    clock = createManualClock();
    sequencer = createFakeSequencer(clock, { origin: 'log.example', spki: key.spki });
    issuance = () => ({ kind: 'open' });
    results = [];
    const kept = createKeptLog();
    lines = kept.lines;
    submit = createSubmit({
      judge: () => judge,
      decodeBase64,
      issuance: () => issuance(),
      issuers: createIssuerStore(sequencer.log),
      coalescer: createCoalescer({ sequencer: sequencer.log, waitFor: 'published', clock, meters: noMeters }),
      signer: key,
      readOnlyFrom: timestampMs(clock.now() + READ_ONLY_AFTER_MS),
      clock,
      meters: { submission: ({ result }) => void results.push(result) },
      log: kept.log,
    });
  });

  function bodyOf(...chain: TestCertificate[]): string {
    return JSON.stringify({ chain: chain.map(({ der }) => Buffer.from(der).toString('base64')) });
  }

  function sctOf(outcome: SubmissionOutcome): SctJson {
    assert(outcome.kind === 'sct', JSON.stringify(outcome));
    return outcome.sct;
  }

  function entryOf(endpoint: Endpoint, leaf: TestCertificate): Parameters<typeof sctVerifies>[1] {
    const judged = judgeSubmission(judge, { endpoint, chain: [leaf.der, intermediate.der], now: clock.now() });
    assert(judged.kind === 'accepted');
    return judged.entry;
  }

  for (const { endpoint, leaf } of [
    { endpoint: 'add-chain', leaf: certificate },
    { endpoint: 'add-pre-chain', leaf: precertificate },
  ] as const) {
    it(`answers ${endpoint} with an SCT over the leaf with the index and the timestamp of the log`, async () => {
      const sct = parseSct(sctOf(await submit(endpoint, bodyOf(leaf, intermediate))));
      assert.deepEqual(sct.stamp, { index: 0, timestamp: clock.now() });
      assert.deepEqual(Buffer.from(sct.logId), Buffer.from(key.logId));
      assert(sctVerifies(key.verify, entryOf(endpoint, leaf), sct));
    });
  }

  it('stores the issuers, the root included, before the entry, and once', async () => {
    await submit('add-chain', bodyOf(certificate, intermediate));
    assert.deepEqual(
      sequencer.calls.putAttachment.map((content) => Buffer.from(content)),
      [intermediate, root].map(({ der }) => Buffer.from(der)),
    );
    await submit('add-pre-chain', bodyOf(precertificate, intermediate, root));
    assert.equal(sequencer.calls.putAttachment.length, 2);
  });

  it('signs for a duplicate what is stored: the index and the timestamp of the entry that was there', async () => {
    const first = sctOf(await submit('add-chain', bodyOf(certificate, intermediate)));
    await clock.advance(60_000);
    const again = await submit('add-chain', bodyOf(certificate, intermediate, root));
    assert.equal(again.kind === 'sct' && again.duplicate, true);
    const sct = sctOf(again);
    assert.deepEqual([sct.timestamp, sct.extensions], [first.timestamp, first.extensions]);
    assert(sctVerifies(key.verify, entryOf('add-chain', certificate), parseSct(sct)));
    assert.deepEqual(results, ['sct', 'sct-duplicate']);
  });

  it('stores nothing of what it refuses', async () => {
    const bodies = [
      '',
      '{"chain":[]}',
      bodyOf(certificate),
      bodyOf(precertificate, intermediate),
      bodyOf(certificate, root),
    ];
    for (const body of bodies) assert.equal((await submit('add-chain', body)).kind, 'refused');
    assert.deepEqual([sequencer.calls.putAttachment, sequencer.calls.add], [[], []]);
    assert.equal(results.length, bodies.length);
  });

  it('adds no entry whose issuers could not be stored', async () => {
    sequencer.behaviour.failure = 'unreachable';
    const outcome = await submit('add-chain', bodyOf(certificate, intermediate));
    assert.equal(outcome.kind === 'unavailable' && outcome.code, 'sequencer-unreachable');
    assert.deepEqual(sequencer.calls.add, []);
  });

  const failures: { failure: SequencerFailureCode; becomes: string }[] = [
    { failure: 'unreachable', becomes: 'unavailable sequencer-unreachable' },
    { failure: 'deadline', becomes: 'unavailable sequencer-too-slow' },
    { failure: 'uncertain', becomes: 'unavailable sequencer-failing' },
    { failure: 'overloaded', becomes: 'unavailable sequencer-overloaded' },
    { failure: 'defect', becomes: 'unavailable sequencer-failing' },
    { failure: 'unknown-log', becomes: 'unavailable log-unknown' },
    { failure: 'not-allowed', becomes: 'unavailable log-unknown' },
    { failure: 'stopped', becomes: 'unavailable log-stopped' },
    { failure: 'contradiction', becomes: 'unavailable log-contradiction' },
    { failure: 'frozen', becomes: 'ended' },
    { failure: 'rejected', becomes: 'defect' },
  ];
  for (const { failure, becomes } of failures) {
    it(`makes '${becomes}' of the failure '${failure}' of Add`, async () => {
      sequencer.behaviour.addFailure = failure;
      const outcome = await submit('add-chain', bodyOf(certificate, intermediate));
      assert.equal(outcome.kind === 'unavailable' ? `${outcome.kind} ${outcome.code}` : outcome.kind, becomes);
    });
  }

  it('issues no SCT over an answer that contradicts itself, and says so loudly', async () => {
    sequencer.behaviour.distort = ({ entries, checkpoint }) => ({
      entries: entries.map((entry) => ({ ...entry, index: leafIndex(1_000) })),
      checkpoint,
    });
    const outcome = await submit('add-chain', bodyOf(certificate, intermediate));
    assert.equal(outcome.kind === 'unavailable' && outcome.code, 'log-contradiction');
    const [line] = lines.filter(({ level }) => level === 'error');
    assert.equal(line?.['msg'], 'sequencer contradicts itself: no SCT issued');
    assert.match(String(line['reason']), /index 1000 is not below the tree size 1/);
  });

  it('stores nothing while SCTs must not be issued', async () => {
    issuance = () => CLOSED;
    const outcome = await submit('add-chain', bodyOf(certificate, intermediate));
    assert.deepEqual(outcome, { kind: 'unavailable', code: 'checkpoint-old', message: 'too old', retryAfterMs: 5_000 });
    assert.deepEqual(sequencer.calls.putAttachment, []);
  });

  it('issues no SCT when that has become so while the entry was added', async () => {
    sequencer.behaviour.distort = (added) => {
      issuance = () => CLOSED;
      return added;
    };
    assert.equal((await submit('add-chain', bodyOf(certificate, intermediate))).kind, 'unavailable');
    assert.equal(sequencer.calls.add.length, 1);
  });

  it('takes nothing after the end of the log', async () => {
    await clock.advance(READ_ONLY_AFTER_MS - 1);
    assert.equal((await submit('add-chain', bodyOf(certificate, intermediate))).kind, 'sct');
    await clock.advance(1);
    const outcome = await submit('add-chain', bodyOf(certificate, intermediate));
    assert.deepEqual(outcome, {
      kind: 'ended',
      message: 'this log takes no submissions since 2025-07-05T01:00:00.000Z',
    });
  });
});
