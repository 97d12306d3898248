import assert from 'node:assert/strict';
import fc from 'fast-check';
import { element, sequence } from '../../cli/certificate-writer.js';
import { refusesBytes } from '../../test/certificates/refuses-bytes.js';
import { fromHex } from '../../tlog/bytes.js';
import { checkNested, childrenOf, contentOf, elementAt, TAG, viewOf, wholeElement, type DerElement } from './der.js';
import { CtError } from './error.js';

function read(hex: string): DerElement {
  const bytes = fromHex(hex);
  return elementAt(bytes, 0, bytes.length, 'thing');
}

describe('elementAt()', () => {
  it('says where header, content and end are', () => {
    assert.deepEqual(read('0401ff'), { tag: 0x04, begin: 0, contentBegin: 2, end: 3 });
    assert.deepEqual(read('0500'), { tag: 0x05, begin: 0, contentBegin: 2, end: 2 });
  });

  it('reads whatever length a content has', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000),
        fc.nat({ max: 40 }),
        (length, more) => {
          const bytes = element(TAG.octetString, new Uint8Array(length + more));
          const { contentBegin, end } = elementAt(bytes, 0, bytes.length, 'thing');
          assert.equal(end - contentBegin, length + more);
          assert.equal(end, bytes.length);
        },
      ),
    );
  });

  const refused: readonly { desc: string; hex: string; message: RegExp }[] = [
    { desc: 'nothing', hex: '', message: /thing at byte 0 is cut off/ },
    { desc: 'a tag alone', hex: '04', message: /thing at byte 1 is cut off/ },
    { desc: 'content that is cut off', hex: '0402ff', message: /wants 2 bytes where 1 are left/ },
    { desc: 'a length that is cut off', hex: '0482ff', message: /is cut off/ },
    { desc: 'the indefinite length', hex: '30800000', message: /indefinite or endless length/ },
    { desc: 'a length in five octets', hex: '04850000000001ff', message: /indefinite or endless length/ },
    { desc: 'a long form where the short one would do', hex: '04817f', message: /not the shortest form/ },
    { desc: 'a long form with a leading zero', hex: '04820080', message: /not the shortest form/ },
    { desc: 'a tag number above 30', hex: '1f0100', message: /tag number above 30/ },
    { desc: 'a content of nearly 2^32 bytes', hex: '0484ffffffff', message: /wants 4294967295 bytes/ },
  ];
  for (const { desc, hex, message } of refused) {
    it(`refuses ${desc}`, () => refusesBytes(() => read(hex), message));
  }
});

describe('wholeElement()', () => {
  it('is the one element of which bytes consist', () => {
    const bytes = fromHex('0401ff');
    assert.deepEqual(contentOf(bytes, wholeElement(bytes, TAG.octetString, 'thing')), Uint8Array.of(0xff));
  });

  it('refuses another tag, and bytes that follow', () => {
    refusesBytes(() => wholeElement(fromHex('0401ff'), TAG.sequence, 'thing'), /has tag 0x4 instead of 0x30/);
    refusesBytes(() => wholeElement(fromHex('0401ff00'), TAG.octetString, 'thing'), /at byte 3 is followed by 1 more/);
  });
});

describe('childrenOf()', () => {
  it('returns views of what was put in, whatever it was', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), (contents) => {
        const bytes = sequence(...contents.map((content) => element(TAG.octetString, content)));
        const children = childrenOf(bytes, wholeElement(bytes, TAG.sequence, 'thing'), 'thing');
        assert.deepEqual(
          children.map((child) => contentOf(bytes, child)),
          contents,
        );
        assert.ok(children.every((child) => viewOf(bytes, child).buffer === bytes.buffer));
      }),
    );
  });

  it('refuses a child that reaches beyond its parent', () => {
    const bytes = fromHex('3003040201ff');
    refusesBytes(() => childrenOf(bytes, elementAt(bytes, 0, bytes.length, 'thing'), 'thing'), /wants 2 bytes/);
  });
});

describe('checkNested()', () => {
  const nestedTimes = (levels: number): Uint8Array => {
    let bytes: Uint8Array = new Uint8Array();
    for (let i = 0; i < levels; i++) bytes = sequence(bytes);
    return bytes;
  };

  it('goes down 16 levels and not further', () => {
    const check = (levels: number): void => {
      const bytes = nestedTimes(levels);
      checkNested(bytes, wholeElement(bytes, TAG.sequence, 'thing'), 'thing');
    };
    check(16);
    refusesBytes(() => check(17), /nested more than 16 deep/);
    refusesBytes(() => check(5_000), /nested more than 16 deep/);
  });

  it('ends with a CtError or none, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          checkNested(bytes, elementAt(bytes, 0, bytes.length, 'thing'), 'thing');
        } catch (error) {
          assert.ok(error instanceof CtError);
        }
      }),
    );
  });
});
