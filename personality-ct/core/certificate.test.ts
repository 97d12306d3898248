import assert from 'node:assert/strict';
import fc from 'fast-check';
import { commonName, element, extension, sequence } from '../../cli/certificate-writer.js';
import { issueLeaf, issueRoot, type Oddities } from '../../test/certificates/issue.js';
import { refusesBytes } from '../../test/certificates/refuses-bytes.js';
import { concatBytes, fromHex, toHex, utf8 } from '../../tlog/bytes.js';
import { parseCertificate, type Certificate } from './certificate.js';
import { contextTag, TAG } from './der.js';
import { CtError } from './error.js';
import { formatOid } from './object-identifiers.js';

const root = issueRoot('root');

function leafWith(oddities: Oddities): Certificate {
  return parseCertificate(issueLeaf('leaf', root, oddities).der);
}

/** The same certificate with a TBSCertificate that has these parts after the public key, or other ones at its start. */
function certificateOf(...tbsParts: Uint8Array[]): Uint8Array {
  const algorithm = sequence(fromHex('06032b6570'));
  return sequence(sequence(...tbsParts), algorithm, element(TAG.bitString, Uint8Array.of(0)));
}

const version3 = element(contextTag(0), element(TAG.integer, Uint8Array.of(2)));
const validity = sequence(element(TAG.utcTime, utf8('250101000000Z')), element(TAG.utcTime, utf8('250702000000Z')));
const body = [
  element(TAG.integer, Uint8Array.of(1)),
  sequence(fromHex('06032b6570')),
  commonName('issuer'),
  validity,
  commonName('subject'),
  sequence(),
];

describe('parseCertificate()', () => {
  it('finds every part, and copies none', () => {
    const notAfter = new Date('2025-07-03T04:05:06Z');
    const { der, tbs } = issueLeaf('leaf', root, { notAfter, extensions: [extension('1.2.3', utf8('x'), true)] });
    const certificate = parseCertificate(der);
    assert.equal(certificate.der, der);
    assert.equal(certificate.version, 3);
    assert.equal(certificate.notAfter, notAfter.getTime());
    assert.deepEqual(certificate.tbs, tbs);
    assert.deepEqual(certificate.issuer, commonName('root'));
    assert.deepEqual(certificate.subject, commonName('leaf'));
    assert.equal(toHex(certificate.signatureAlgorithm), '300a06082a8648ce3d040302');
    assert.deepEqual(certificate.signatureAlgorithm, certificate.tbsSignatureAlgorithm);
    assert.equal(certificate.signatureBits[0], 0);
    const [only, ...others] = certificate.extensions.all;
    assert.deepEqual([formatOid(only?.oid ?? der), only?.critical, only?.value], ['1.2.3', true, utf8('x')]);
    assert.equal(others.length, 0);
    for (const part of [certificate.tbs, certificate.spki, certificate.signatureBits, only?.value]) {
      assert.equal(part?.buffer, der.buffer);
    }
  });

  it('takes every version', () => {
    assert.equal(leafWith({ version: 1, extensions: [] }).version, 1);
    assert.equal(leafWith({ version: 2, extensions: [] }).version, 2);
    assert.equal(leafWith({ version: 3, extensions: [] }).version, 3);
  });

  const taken: readonly { desc: string; oddities: Oddities }[] = [
    { desc: 'a negative serial number', oddities: { serial: Uint8Array.of(0x80) } },
    { desc: 'a serial number of 60 bytes', oddities: { serial: new Uint8Array(60).fill(0x7f) } },
    { desc: 'a serial number that is not in its shortest form', oddities: { serial: Uint8Array.of(0, 0, 1) } },
    { desc: 'an empty subject', oddities: { subject: sequence() } },
    {
      desc: 'a printable string that is not printable',
      oddities: { subject: sequence(element(TAG.set, sequence(fromHex('0603550403'), element(0x13, utf8('*@☃'))))) },
    },
    {
      desc: 'a key on a curve that nobody knows',
      oddities: { spki: sequence(sequence(fromHex('06072a8648ce3d0201'), fromHex('06032a0304')), fromHex('030200ff')) },
    },
    {
      desc: 'a signature algorithm that nobody knows',
      oddities: { signatureAlgorithm: sequence(fromHex('06032a0304')) },
    },
    {
      desc: 'an unknown extension twice',
      oddities: { extensions: [extension('1.2.3', utf8('x')), extension('1.2.3', utf8('y'))] },
    },
    { desc: 'an alternative name that is no DER', oddities: { extensions: [extension('2.5.29.17', utf8('x'))] } },
    { desc: 'notAfter before notBefore', oddities: { notAfter: new Date('1999-01-01T00:00:00Z') } },
  ];
  for (const { desc, oddities } of taken) it(`takes ${desc}`, () => void leafWith(oddities));

  it('takes unique identifiers, an empty list of extensions, and a version that says what is the default', () => {
    const unique = [element(0x81, Uint8Array.of(0, 1)), element(0x82, Uint8Array.of(0, 1))];
    assert.equal(parseCertificate(certificateOf(version3, ...body, ...unique)).extensions.all.length, 0);
    const empty = element(contextTag(3), sequence());
    assert.equal(parseCertificate(certificateOf(version3, ...body, ...unique, empty)).extensions.all.length, 0);
    const version1 = element(contextTag(0), element(TAG.integer, Uint8Array.of(0)));
    assert.equal(parseCertificate(certificateOf(version1, ...body)).version, 1);
  });

  const basicConstraints = extension('2.5.29.19', sequence());
  const critical = (octet: number): Uint8Array =>
    element(contextTag(3), sequence(sequence(fromHex('06032a0304'), Uint8Array.of(1, 1, octet), fromHex('0400'))));
  const refused: readonly { desc: string; der: Uint8Array; message: RegExp }[] = [
    { desc: 'nothing', der: new Uint8Array(), message: /certificate at byte 0 is cut off/ },
    { desc: 'text', der: utf8('-----BEGIN'), message: /certificate at byte 0/ },
    { desc: 'bytes behind it', der: concatBytes(root.der, Uint8Array.of(0)), message: /is followed by 1 more bytes/ },
    { desc: 'a certificate that is cut off', der: root.der.subarray(0, -1), message: /wants \d+ bytes/ },
    { desc: 'an empty sequence', der: sequence(), message: /tbsCertificate at byte 2 is missing/ },
    {
      desc: 'version 4',
      der: certificateOf(element(0xa0, fromHex('020103')), ...body),
      message: /none of v1, v2 and v3/,
    },
    { desc: 'a version without number', der: certificateOf(element(0xa0), ...body), message: /version .* is missing/ },
    { desc: 'a missing public key', der: certificateOf(version3, ...body.slice(0, -1)), message: /KeyInfo .* missing/ },
    { desc: 'a part of its own', der: certificateOf(...body, element(0x84)), message: /does not belong/ },
    {
      desc: 'unique identifiers in the wrong order',
      der: certificateOf(...body, element(0x82), element(0x81)),
      message: /does not belong/,
    },
    {
      desc: 'two lists of extensions',
      der: certificateOf(...body, element(0xa3, sequence()), element(0xa3, sequence())),
      message: /does not belong/,
    },
    {
      desc: 'a list of extensions too many',
      der: certificateOf(...body, element(0xa3, sequence(), sequence())),
      message: /one list/,
    },
    {
      desc: 'a second basicConstraints',
      der: issueLeaf('leaf', root, { extensions: [basicConstraints, basicConstraints] }).der,
      message: /extension at byte \d+ is a second basicConstraints/,
    },
    { desc: 'a criticality that is neither', der: certificateOf(...body, critical(1)), message: /neither 00 nor FF/ },
    {
      desc: 'an extension of four parts',
      der: certificateOf(
        ...body,
        element(0xa3, sequence(sequence(fromHex('06032a0304'), fromHex('0400'), fromHex('0400')))),
      ),
      message: /more than three parts/,
    },
    {
      desc: 'a name that is no DER inside',
      der: certificateOf(...body.slice(0, 4), sequence(Uint8Array.of(0x31, 0x05)), sequence()),
      message: /subject at byte \d+ wants 5 bytes/,
    },
  ];
  for (const { desc, der, message } of refused)
    it(`refuses ${desc}`, () => refusesBytes(() => parseCertificate(der), message));

  it('takes a criticality that says what is the default', () => {
    assert.equal(parseCertificate(certificateOf(...body, critical(0))).extensions.all[0]?.critical, false);
  });

  it('ends with a certificate or a CtError, whatever was changed in one', () => {
    const edit = fc.record({ at: fc.nat({ max: root.der.length - 1 }), octet: fc.nat({ max: 255 }) });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.nat({ max: root.der.length }), (edits, length) => {
        const der = Uint8Array.from(root.der);
        for (const { at, octet } of edits) der[at] = octet;
        for (const bytes of [der, der.subarray(0, length)]) {
          try {
            assert.equal(parseCertificate(bytes).der, bytes);
          } catch (error) {
            assert.ok(error instanceof CtError, String(error));
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes time in proportion to the size', () => {
    const many = Array.from({ length: 30_000 }, () => extension('1.2.3', new Uint8Array()));
    assert.equal(leafWith({ extensions: many }).extensions.all.length, 30_000);
  });
});
