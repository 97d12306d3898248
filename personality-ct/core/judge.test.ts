import assert from 'node:assert/strict';
import fc from 'fast-check';
import { extension } from '../../cli/certificate-writer.js';
import { issueAuthority, issueLeaf, issuePrecertificate, issueRoot } from '../../test/certificates/issue.js';
import { accepted, judged, refusedBy } from '../../test/certificates/judging.js';
import { concatBytes } from '../../tlog/bytes.js';
import { nobleHasher } from '../../tlog/hash.js';
import { leafIndex, timestampMs } from '../../tlog/scalars.js';
import { decodeTileLeaf } from '../../tlog/tile-leaf.js';
import { parseCertificate } from './certificate.js';
import { finalTbs } from './precertificate.js';
import { sctInput } from './sct.js';

const root = issueRoot('root');
const intermediate = issueAuthority('intermediate', root);
const leaf = issueLeaf('leaf', intermediate);
const precertificate = issuePrecertificate('pre', intermediate);
const log = { roots: [root] };
const stamp = { timestamp: timestampMs(1_751_328_000_123), index: leafIndex(2 ** 40 - 1) };
const fingerprints = [intermediate, root].map(({ der }) => nobleHasher.sha256(der));

describe('judgeSubmission()', () => {
  it('makes a TileLeaf of a certificate, once its holes are filled', () => {
    const { entry } = accepted(log, 'add-chain', [leaf, intermediate]);
    const filled = sctInput(entry, stamp).subarray(entry.leafPrefix.length);
    const decoded = decodeTileLeaf(concatBytes(filled, entry.trailer));
    assert.deepEqual(decoded.entry, { ...stamp, signedEntry: { type: 'certificate', certificate: leaf.der } });
    assert.equal(decoded.preCertificate, undefined);
    assert.deepEqual(decoded.fingerprints, fingerprints);
  });

  it('makes a TileLeaf of a precertificate, with the key hash of its issuer', () => {
    const { entry } = accepted(log, 'add-pre-chain', [precertificate, intermediate, root]);
    const filled = sctInput(entry, stamp).subarray(entry.leafPrefix.length);
    const decoded = decodeTileLeaf(concatBytes(filled, entry.trailer));
    const issuerKeyHash = nobleHasher.sha256(intermediate.key.spki);
    const tbs = finalTbs(parseCertificate(precertificate.der), undefined);
    assert.deepEqual(decoded.entry, { ...stamp, signedEntry: { type: 'precertificate', issuerKeyHash, tbs } });
    assert.deepEqual(decoded.preCertificate, precertificate.der);
    assert.deepEqual(decoded.fingerprints, fingerprints);
  });

  it('leaves zeros where the sequencer fills in timestamp and index', () => {
    const { entry } = accepted(log, 'add-chain', [leaf, intermediate]);
    const { data, timestampOffset, indexOffset } = entry;
    assert.deepEqual(data.subarray(timestampOffset, timestampOffset + 8), new Uint8Array(8));
    assert.deepEqual(data.subarray(indexOffset), new Uint8Array(5));
  });

  it('refuses an empty chain', () => {
    assert.equal(refusedBy(log, 'add-chain', []).code, 'chain-empty');
  });

  it('says which certificate is malformed, and where', () => {
    const broken = intermediate.der.subarray(0, -3);
    const refusal = refusedBy(log, 'add-chain', [leaf, broken]);
    assert.equal(refusal.code, 'malformed-certificate');
    assert.match(refusal.message, /^chain\[1\] is not an X\.509 certificate in DER: certificate at byte 0 wants/);
    assert.match(refusedBy(log, 'add-chain', [new Uint8Array(), intermediate.der]).message, /^chain\[0\]/);
  });

  it('takes what fits into an entry, and nothing larger', () => {
    const filled = (bytes: number): ReturnType<typeof issueLeaf> =>
      issueLeaf('large', intermediate, { extensions: [extension('1.2.3', new Uint8Array(bytes))] });
    accepted(log, 'add-chain', [filled(261_000), intermediate]);
    assert.equal(refusedBy(log, 'add-chain', [filled(262_144), intermediate]).code, 'too-large');
    const overhead = filled(261_000).der.length - 261_000;
    const almost = refusedBy(log, 'add-chain', [filled(262_140 - overhead), intermediate]);
    assert.equal(almost.code, 'too-large');
    assert.match(almost.message, /^chain\[0\] makes 2621\d\d bytes; at most 262144/);
  });

  it('sends every refusal as JSON', () => {
    const refusal = refusedBy(log, 'add-chain', [leaf]);
    assert.deepEqual(JSON.parse(JSON.stringify(refusal)), refusal);
    assert.deepEqual(Object.keys(refusal), [
      'code',
      'position',
      'subject',
      'issuer',
      'acceptedRootOfSameName',
      'message',
    ]);
  });

  it('ends with an outcome, whatever was changed in a chain', () => {
    const chain = [precertificate.der, intermediate.der, root.der];
    const edit = fc.record({ which: fc.nat({ max: 2 }), at: fc.nat({ max: 5_000 }), octet: fc.nat({ max: 255 }) });
    const order = fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 3 }), order, (edits, positions) => {
        const changed = chain.map((der) => Uint8Array.from(der));
        for (const { which, at, octet } of edits) {
          const der = changed[which] ?? new Uint8Array();
          der[at % der.length] = octet;
        }
        const submitted = positions.map((position) => changed[position] ?? new Uint8Array());
        const outcome = judged(log, 'add-pre-chain', submitted);
        if (outcome.kind === 'accepted') assert.deepEqual(submitted[0], precertificate.der);
        else assert.ok(outcome.refusal.message.endsWith('.'));
      }),
      { numRuns: 1_000 },
    );
  });
});
