import assert from 'node:assert/strict';
import fc from 'fast-check';
import { refuses } from '../test/refuses.js';
import { concatBytes, equalBytes, fromBase64, fromHex, fromUtf8, quoted, toBase64, toHex, utf8 } from './bytes.js';

const anyBytes = fc.uint8Array({ maxLength: 100 });

describe('equalBytes()', () => {
  it('compares content and length', () => {
    assert.equal(equalBytes(Uint8Array.of(1, 2), Buffer.from([1, 2])), true);
    assert.equal(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3)), false);
    assert.equal(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0)), false);
    assert.equal(equalBytes(Uint8Array.of(1, 2, 0), Uint8Array.of(1, 2)), false);
    assert.equal(equalBytes(new Uint8Array(), new Uint8Array()), true);
  });
});

describe('concatBytes()', () => {
  it('joins parts into a new array', () => {
    const part = Uint8Array.of(1, 2);
    const whole = concatBytes(part, new Uint8Array(), Uint8Array.of(3));
    assert.deepEqual(whole, Uint8Array.of(1, 2, 3));
    assert.notEqual(concatBytes(part), part);
    assert.deepEqual(concatBytes(), new Uint8Array());
  });
});

describe('hexadecimal', () => {
  it('is what Node.js makes of any bytes, and comes back', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        assert.equal(toHex(bytes), Buffer.from(bytes).toString('hex'));
        assert.deepEqual(fromHex(toHex(bytes)), bytes);
      }),
    );
  });

  it('is refused when it is odd, uppercase, or something else', () => {
    for (const text of ['0', 'AB', '0x', 'zz', ' 00', '00\n', '٠٠']) refuses('malformed', () => fromHex(text));
  });
});

describe('base64', () => {
  it('is what Node.js makes of any bytes, and comes back', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        assert.equal(toBase64(bytes), Buffer.from(bytes).toString('base64'));
        assert.deepEqual(fromBase64(toBase64(bytes)), bytes);
      }),
    );
  });

  it('is refused when the bytes would be encoded otherwise', () => {
    const table = [
      { desc: 'no padding', text: 'AA' },
      { desc: 'too little padding', text: 'AA=' },
      { desc: 'padding alone', text: '====' },
      { desc: 'padding before the end', text: 'AA==AAAA' },
      { desc: 'too much padding', text: 'AAAA====' },
      { desc: 'the alphabet for URLs', text: '-_AA' },
      { desc: 'a newline', text: 'AAAA\n' },
      { desc: 'a space', text: 'AA AA' },
      { desc: 'spare bits after one byte', text: 'AB==' },
      { desc: 'spare bits after two bytes', text: 'AAB=' },
      { desc: 'something like a letter', text: 'AAAÄ' },
    ];
    for (const { desc, text } of table) {
      assert.throws(() => fromBase64(text), { name: 'TlogError', message: /^base64: got/ }, desc);
    }
  });

  it('is refused or comes back, whatever the text', () => {
    const digits = fc.string({ unit: fc.constantFrom('A', 'B', '/', '+', '=', 'w', '9'), maxLength: 12 });
    fc.assert(
      fc.property(digits, (text) => {
        const isExact = Buffer.from(text, 'base64').toString('base64') === text;
        if (isExact) assert.equal(toBase64(fromBase64(text)), text);
        else refuses('malformed', () => fromBase64(text));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('utf8() and fromUtf8()', () => {
  it('take every text there and back, a byte order mark included', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.equal(fromUtf8(utf8(`\ufeff${text}`)), `\ufeff${text}`);
      }),
    );
  });

  it('refuse halves of surrogate pairs', () => {
    refuses('malformed', () => utf8('a\ud800'));
    refuses('malformed', () => fromUtf8(Uint8Array.of(0xed, 0xa0, 0x80)));
    refuses(
      'malformed',
      () => fromUtf8(Uint8Array.of(0x61, 0xff)),
      'text: got 2 bytes that are none, want valid UTF-8',
    );
  });
});

describe('quoted()', () => {
  it('cuts what is long, and escapes what would break a line', () => {
    assert.equal(quoted('a\nb'), '"a\\nb"');
    assert.equal(quoted('x'.repeat(64)).length, 66);
    assert.equal(quoted('x'.repeat(65)), `"${'x'.repeat(64)}…"`);
  });
});
