import assert from 'node:assert/strict';
import fc from 'fast-check';
import { commonName, element, encodeName, objectIdentifier, sequence } from '../../cli/certificate-writer.js';
import { concatBytes, fromHex, utf8 } from '../../tlog/bytes.js';
import { TAG } from './der.js';
import { formatName } from './distinguished-name.js';

function nameOf(tag: number, content: Uint8Array): Uint8Array {
  return sequence(element(TAG.set, sequence(objectIdentifier('2.5.4.3'), element(tag, content))));
}

describe('formatName()', () => {
  it('shows attributes in the order of the certificate, by their short names', () => {
    const name = encodeName([
      ['2.5.4.6', 'GB'],
      ['2.5.4.10', 'Zürich, Ltd.'],
      ['1.2.3.4', 'x'],
    ]);
    assert.equal(formatName(name), 'C=GB, O=Zürich, Ltd., 1.2.3.4=x');
  });

  it('shows every string type, and anything else in hexadecimal', () => {
    assert.equal(formatName(nameOf(0x13, utf8('printable'))), 'CN=printable');
    assert.equal(formatName(nameOf(0x14, Uint8Array.of(0x5a, 0xfc))), 'CN=Zü');
    assert.equal(formatName(nameOf(0x1e, fromHex('005a00fc'))), 'CN=Zü');
    assert.equal(formatName(nameOf(TAG.octetString, Uint8Array.of(1, 2))), 'CN=#04020102');
  });

  it('replaces what could disguise a line of a log', () => {
    assert.equal(formatName(commonName('a\nb\u0000c\u202ed\u2028e')), 'CN=a?b?c?d?e');
    assert.equal(formatName(nameOf(0x0c, Uint8Array.of(0x61, 0xff))), 'CN=a?');
  });

  it('is bounded', () => {
    const text = formatName(commonName('x'.repeat(100_000)));
    assert.equal(text.length, 200);
    assert.ok(text.endsWith('x…'));
  });

  it('says so when there is nothing to show', () => {
    assert.equal(formatName(sequence()), '(empty name)');
    assert.equal(formatName(Uint8Array.of(0x30, 0x01)), '(unreadable name)');
    assert.equal(formatName(new Uint8Array()), '(unreadable name)');
  });

  it('never fails', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        assert.equal(typeof formatName(bytes), 'string');
        assert.equal(typeof formatName(sequence(bytes)), 'string');
        assert.equal(typeof formatName(concatBytes(commonName('x'), bytes)), 'string');
      }),
    );
  });
});
