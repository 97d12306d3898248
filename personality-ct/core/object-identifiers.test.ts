import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fromHex, toHex } from '../../tlog/bytes.js';
import { encodeOid, formatOid, OID, oidProblem } from './object-identifiers.js';

describe('encodeOid()', () => {
  it('is what the standards print', () => {
    assert.equal(toHex(encodeOid(OID.basicConstraints)), '551d13');
    assert.equal(toHex(encodeOid(OID.poison)), '2b06010401d679020403');
    assert.equal(toHex(encodeOid('1.2.840.113549.1.1.11')), '2a864886f70d01010b');
    assert.equal(toHex(encodeOid('2.999.3')), '883703');
  });

  it('is undone by formatOid()', () => {
    const arc = fc.nat({ max: 0xffff_ffff });
    const dotted = fc
      .oneof(fc.tuple(fc.constantFrom(0, 1), fc.nat({ max: 39 })), fc.tuple(fc.constant(2), arc))
      .chain((first) => fc.array(arc, { maxLength: 10 }).map((others) => [...first, ...others].join('.')));
    fc.assert(
      fc.property(dotted, (text) => {
        assert.equal(oidProblem(text), undefined);
        assert.equal(formatOid(encodeOid(text)), text);
      }),
    );
  });
});

describe('formatOid()', () => {
  it('never fails, and shows in hexadecimal what is no number', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => void formatOid(bytes)));
    assert.equal(formatOid(fromHex('2b' + 'ff'.repeat(8) + '01')), `#2b${'ff'.repeat(8)}01`);
    assert.equal(formatOid(new Uint8Array()), '#');
    assert.equal(formatOid(fromHex('2b86')), '#2b86');
  });
});

describe('oidProblem()', () => {
  it('refuses what is no object identifier', () => {
    for (const text of ['', '1', '3.1', '1.40', '1.2.', '01.2', '1.2.-3', '1.2.x', '1.2.3 ']) {
      assert.match(oidProblem(text) ?? '', /object identifier|above 39/, text);
    }
  });
});
