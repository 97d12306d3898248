import assert from 'node:assert/strict';
import fc from 'fast-check';
import { anyStamp, plainEntry } from '../../test/sequencer/entries.js';
import { concatBytes, fromHex, utf8 } from '../../tlog/bytes.js';
import { nobleHasher, sha256Of } from '../../tlog/hash.js';
import { leafIndex, timestampMs } from '../../tlog/scalars.js';
import {
  decodeTileLeaf,
  encodeTileLeafTrailer,
  encodeTimestampedEntry,
  type SignedEntry,
} from '../../tlog/tile-leaf.js';
import { entryViolations, stampEntry, type Entry } from './entry.js';
import { layoutOf, staticCtLayout, tlogTilesLayout } from './layout.js';

const ISSUER = sha256Of(new Uint8Array(32).fill(0xab));
const CERTIFICATE: SignedEntry = { type: 'certificate', certificate: utf8('a certificate') };
const PRECERTIFICATE: SignedEntry = { type: 'precertificate', issuerKeyHash: ISSUER, tbs: utf8('a TBSCertificate') };

/** A static-ct entry as a personality sends it. */
function ctEntry(signedEntry: SignedEntry, trailer: Parameters<typeof encodeTileLeafTrailer>[0]): Entry {
  const data = encodeTimestampedEntry({ timestamp: timestampMs(0), index: leafIndex(0), signedEntry });
  return {
    leafPrefix: fromHex('0000'),
    data,
    trailer: encodeTileLeafTrailer(trailer),
    holes: { timestamp: 0, index: data.length - 5 },
  };
}

const certificate = ctEntry(CERTIFICATE, { fingerprints: [ISSUER] });
const precertificate = ctEntry(PRECERTIFICATE, {
  preCertificate: utf8('as submitted'),
  fingerprints: [ISSUER, ISSUER],
});

/** An entry whose TimestampedEntry has these extensions. */
function withExtensions(extensionsHex: string): Entry {
  const extensions = fromHex(extensionsHex);
  const length = Uint8Array.of(0, extensions.length);
  const data = concatBytes(certificate.data.subarray(0, -10), length, extensions);
  return { ...certificate, data, holes: { timestamp: 0, index: data.length - 5 } };
}

describe('the layout static-ct', () => {
  it('takes certificates and precertificates', () => {
    for (const entry of [certificate, precertificate]) assert.deepEqual(staticCtLayout.violations(entry, 'e'), []);
  });

  it('takes an entry that has no issuers', () => {
    assert.deepEqual(staticCtLayout.violations(ctEntry(CERTIFICATE, { fingerprints: [] }), 'e'), []);
  });

  const wrong: { desc: string; entry: Entry; field: string; description: RegExp }[] = [
    {
      desc: 'another leaf prefix',
      entry: { ...certificate, leafPrefix: fromHex('0001') },
      field: 'leaf_prefix',
      description: /^must be 00 00 in a static-ct log$/,
    },
    {
      desc: 'no timestamp hole',
      entry: { ...certificate, holes: { index: certificate.data.length - 5 } },
      field: 'timestamp_offset',
      description: /^must be 0 in a static-ct log$/,
    },
    {
      desc: 'an index hole elsewhere',
      entry: { ...certificate, holes: { timestamp: 0, index: certificate.data.length - 6 } },
      field: 'index_offset',
      description: /^must be 31, the last five bytes of data, in a static-ct log$/,
    },
    {
      desc: 'data that are no TimestampedEntry',
      entry: { ...certificate, data: new Uint8Array(certificate.data.length) },
      field: 'data',
      description: /^is not a TimestampedEntry: certificate at byte 10: got 0 bytes, want at least 1$/,
    },
    {
      desc: 'a leaf index that is not in the last five bytes',
      entry: withExtensions('0000050000000000' + '0100050000000000'),
      field: 'data',
      description: /^its last five bytes are not its leaf index$/,
    },
    {
      desc: 'a trailer without fingerprints',
      entry: { ...certificate, trailer: new Uint8Array(0) },
      field: 'trailer',
      description: /^does not complete the TileLeaf: u16 at byte 36: got 0 bytes, want 2 bytes$/,
    },
    {
      desc: 'half a fingerprint',
      entry: { ...certificate, trailer: concatBytes(Uint8Array.of(0, 16), new Uint8Array(16)) },
      field: 'trailer',
      description:
        /^does not complete the TileLeaf: certificate chain at byte 36: got 16 bytes, want a multiple of 32$/,
    },
    {
      desc: 'bytes behind the fingerprints',
      entry: { ...certificate, trailer: concatBytes(certificate.trailer, Uint8Array.of(0)) },
      field: 'trailer',
      description: /^does not complete the TileLeaf: TileLeaf at byte 70: got 1 more bytes, want the end$/,
    },
    {
      desc: 'a precertificate in the trailer of a certificate',
      entry: { ...certificate, trailer: precertificate.trailer },
      field: 'trailer',
      description: /^does not complete the TileLeaf: /,
    },
    {
      desc: 'no precertificate in the trailer of one',
      entry: { ...precertificate, trailer: certificate.trailer },
      field: 'trailer',
      description: /^does not complete the TileLeaf: /,
    },
    {
      // It would be stored, and the log could not read its own bundle any more.
      desc: 'an empty precertificate in the trailer',
      entry: { ...precertificate, trailer: fromHex('000000' + '0000') },
      field: 'trailer',
      description: /^does not complete the TileLeaf: precertificate at byte 71: got 0 bytes, want at least 1$/,
    },
  ];
  for (const { desc, entry, field, description } of wrong) {
    it(`refuses ${desc}`, () => {
      const [violation, ...others] = staticCtLayout.violations(entry, 'entries[2]');
      assert.deepEqual(others, []);
      assert.equal(violation?.field, `entries[2].${field}`);
      assert.match(violation.description, description);
    });
  }

  it('takes further extensions, as long as the last five bytes are the leaf index', () => {
    assert.deepEqual(staticCtLayout.violations(withExtensions('010001ff' + '0000050000000000'), 'e'), []);
  });

  it('names all that is wrong with prefix and holes at once', () => {
    const violations = staticCtLayout.violations(plainEntry(certificate.data), 'e');
    assert.deepEqual(
      violations.map(({ field }) => field),
      ['e.leaf_prefix', 'e.timestamp_offset', 'e.index_offset'],
    );
  });

  it('reads back every entry that it takes, whatever was done to it, as it was stamped', () => {
    const change = fc.record({ at: fc.nat(400), byte: fc.nat(255), cut: fc.boolean() });
    fc.assert(
      fc.property(
        fc.constantFrom(certificate, precertificate),
        fc.array(change, { maxLength: 2 }),
        anyStamp,
        (original, changes, stamp) => {
          const entry = changes.reduce(changed, original);
          fc.pre(entryViolations(entry, 'e').length === 0 && staticCtLayout.violations(entry, 'e').length === 0);
          const stamped = stampEntry(nobleHasher, entry, stamp);
          const bundle = concatBytes(staticCtLayout.encode(stamped), staticCtLayout.encode(stamped));
          const record = {
            leafPrefix: entry.leafPrefix,
            data: stamped.data,
            stamp: { timestamp: stamp.timestamp, holes: entry.holes },
          };
          assert.deepEqual(staticCtLayout.decode(bundle), [record, record]);
          assert.equal(decodeTileLeaf(staticCtLayout.encode(stamped)).entry.index, stamp.index);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('keeps an attachment under its hash, as an issuer', () => {
    assert.equal(staticCtLayout.attachmentName(ISSUER), `issuer/${'ab'.repeat(32)}`);
  });
});

/** Changes or cuts one byte of data and trailer; the index hole stays at the end. */
function changed(entry: Entry, change: { at: number; byte: number; cut: boolean }): Entry {
  const whole = concatBytes(entry.data, entry.trailer);
  const at = change.at % whole.length;
  if (!change.cut) whole[at] = change.byte;
  const bytes = change.cut ? concatBytes(whole.subarray(0, at), whole.subarray(at + 1)) : whole;
  const dataLength = entry.data.length - (change.cut && at < entry.data.length ? 1 : 0);
  const data = bytes.slice(0, dataLength);
  return { ...entry, data, trailer: bytes.slice(dataLength), holes: { timestamp: 0, index: dataLength - 5 } };
}

describe('the layout tlog-tiles', () => {
  it('takes data of up to 65,535 bytes, with holes anywhere', () => {
    const entry = { ...plainEntry(new Uint8Array(65_535)), holes: { timestamp: 7, index: 20 } };
    assert.deepEqual(tlogTilesLayout.violations(entry, 'e'), []);
  });

  it('refuses a leaf prefix, a trailer and more data', () => {
    const entry = { leafPrefix: utf8('a'), data: new Uint8Array(65_536), trailer: utf8('b'), holes: {} };
    assert.deepEqual(tlogTilesLayout.violations(entry, 'e'), [
      { field: 'e.leaf_prefix', description: 'must be empty in a tlog-tiles log' },
      { field: 'e.trailer', description: 'must be empty in a tlog-tiles log' },
      { field: 'e.data', description: 'has 65536 bytes, and an entry of a tlog-tiles log at most 65535' },
    ]);
  });

  it('reads back the entries of a bundle', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1 }), { minLength: 1, maxLength: 256 }),
        anyStamp,
        (all, stamp) => {
          const entries = all.map((data) => stampEntry(nobleHasher, plainEntry(data), stamp));
          const bundle = concatBytes(...entries.map((entry) => tlogTilesLayout.encode(entry)));
          const want = all.map((data) => ({ leafPrefix: new Uint8Array(0), data }));
          assert.deepEqual(tlogTilesLayout.decode(bundle), want);
        },
      ),
    );
  });

  it('has no place for attachments', () => {
    assert.equal(tlogTilesLayout.attachmentName(ISSUER), undefined);
  });
});

describe('layoutOf()', () => {
  it('knows both by their names', () => {
    assert.equal(layoutOf('static-ct'), staticCtLayout);
    assert.equal(layoutOf('tlog-tiles'), tlogTilesLayout);
  });
});
