import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeSubmission } from '../../personality-ct/core/judge.js';
import { rootSet } from '../../personality-ct/core/roots.js';
import { laxRules } from '../../personality-ct/core/rules.js';
import { encodeSct, sctInput, type SctJson, type Stamp } from '../../personality-ct/core/sct.js';
import { createIssuerCache } from '../../personality-ct/crypto/issuer-cache.js';
import { createSctKey } from '../../personality-ct/crypto/sct-key.js';
import { createSignatureVerifier } from '../../personality-ct/crypto/signature-verifier.js';
import { nativeHasher } from '../../service/native-hasher.js';
import { useTemporaryDirectory } from '../../test/temporary-directory.js';
import type { CheckpointText } from '../../tlog/checkpoint.js';
import { sha256Of } from '../../tlog/hash.js';
import { leafIndex, timestampMs, treeSize } from '../../tlog/scalars.js';
import { createTestCa } from '../test-ca.js';
import { CannotLookError } from '../public-log/public-objects.js';
import { createInclusionProver } from './inclusion.js';
import { submitFile, type Outcome, type Submitter } from './submission.js';
import type { Answer } from './submission-client.js';

const NOW = new Date('2026-11-22T00:00:00Z');
const STAMP: Stamp = { timestamp: timestampMs(NOW.getTime()), index: leafIndex(0) };

function newKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

describe('submitFile()', () => {
  const directory = useTemporaryDirectory();
  const { signal } = new AbortController();
  const ca = createTestCa({ now: NOW });
  const { chain, pem } = ca.issue({
    kind: 'precertificate',
    name: 'a.example',
    notBefore: NOW,
    notAfter: new Date('2027-01-01T00:00:00Z'),
  });
  const judge = {
    roots: rootSet(nativeHasher, [ca.root]),
    rules: laxRules,
    verifySignature: createSignatureVerifier(),
    readIssuer: createIssuerCache(nativeHasher),
  };
  const key = createSctKey(nativeHasher, newKey());
  const judged = judgeSubmission(judge, { endpoint: 'add-pre-chain', chain, now: STAMP.timestamp });
  assert.equal(judged.kind, 'accepted');
  const { entry } = judged;
  const leafHash = nativeHasher.leaf(sctInput(entry, STAMP));

  /** The SCT of an honest log, with some things changed. */
  function sct({ signed = STAMP, told = STAMP, signer = key, logId = key.logId } = {}): SctJson {
    return encodeSct({ logId, stamp: told, derSignature: signer.sign(sctInput(entry, signed)) });
  }

  /** A log that gives this answer. Its only leaf is `leaf`. */
  async function submit(answer: Answer | Error, { leaf = leafHash, isCovered = true } = {}): Promise<Outcome> {
    const file = join(directory(), 'chain.pem');
    writeFileSync(file, pem);
    const checkpoint: CheckpointText = { origin: 'log', size: treeSize(1), root: leaf, extensions: [] };
    const submitter: Submitter = {
      client: {
        submit: (endpoint) => {
          assert.equal(endpoint, 'add-pre-chain');
          return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
        },
        roots: () => Promise.resolve([]),
      },
      judge,
      hasher: nativeHasher,
      logId: key.logId,
      verify: key.verify,
      watch: { covering: () => Promise.resolve(isCovered ? checkpoint : undefined) },
      prover: createInclusionProver({ where: '', read: () => Promise.resolve(leaf) }, nativeHasher),
      now: () => STAMP.timestamp,
    };
    return submitFile(submitter, file, signal);
  }

  it('verifies what an honest log says', async () => {
    const outcome = await submit({ kind: 'sct', json: sct() });
    assert.equal(outcome.kind, 'verified', JSON.stringify(outcome));
    assert.deepEqual(outcome.evidence.leafHash, leafHash);
  });

  const later = { ...STAMP, timestamp: timestampMs(STAMP.timestamp + 1) };
  for (const { desc, json, says, ...log } of [
    { desc: 'is signed for another timestamp', json: () => sct({ signed: later }), says: /signature is wrong/ },
    {
      desc: 'tells another index',
      json: () => sct({ told: { ...STAMP, index: leafIndex(1) } }),
      says: /signature is wrong/,
    },
    {
      desc: 'is signed by another key',
      json: () => sct({ signer: createSctKey(nativeHasher, newKey()) }),
      says: /signature is wrong/,
    },
    {
      desc: 'is by another log',
      json: () => sct({ logId: sha256Of(new Uint8Array(32)) }),
      says: /^the SCT is by the log 0{64}, /,
    },
    { desc: 'is none', json: () => ({ sct_version: 1 }), says: /sct_version/ },
    {
      desc: 'is never covered by a checkpoint',
      json: () => sct(),
      isCovered: false,
      says: /no checkpoint has covered index 0/,
    },
    {
      desc: 'is of an entry that is not in the tree',
      json: () => sct(),
      leaf: sha256Of(new Uint8Array(32)),
      says: /inclusion proof/,
    },
  ]) {
    it(`does not verify an SCT that ${desc}`, async () => {
      const outcome = await submit({ kind: 'sct', json: json() }, log);
      assert.equal(outcome.kind, 'unverified');
      assert.match(outcome.reason, says);
    });
  }

  it('tells a refusal from not knowing', async () => {
    const refused = await submit({ kind: 'refused', reason: 'no' });
    assert.equal(refused.kind, 'refused');
    const unknown = await submit(new CannotLookError('nobody answers'));
    assert.equal(unknown.kind, 'unknown');
    assert.equal(unknown.reason, 'nobody answers');
  });
});
