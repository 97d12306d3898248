import assert from 'node:assert/strict';
import fc from 'fast-check';
import { refuses } from '../test/refuses.js';
import { concatBytes, fromHex, toHex } from './bytes.js';
import { createReader, u16, u24, u40, u64, u8, vector } from './tls.js';

describe('createReader()', () => {
  it('reads big-endian integers and vectors one after the other', () => {
    const reader = createReader(
      fromHex('01 0203 040506 0708090a0b 000000000c0d0e0f 02aabb 0001cc ff'.replaceAll(' ', '')),
    );
    assert.equal(reader.u8(), 0x01);
    assert.equal(reader.u16(), 0x0203);
    assert.equal(reader.u24(), 0x040506);
    assert.equal(reader.u40(), 0x0708090a0b);
    assert.equal(reader.u64(), 0x0c0d0e0f);
    const begin = reader.offset;
    assert.equal(toHex(reader.vector(1)), 'aabb');
    assert.equal(toHex(reader.vector(2)), 'cc');
    assert.equal(toHex(reader.since(begin)), '02aabb0001cc');
    assert.equal(reader.remaining, 1);
    assert.equal(toHex(reader.bytes(1)), 'ff');
    reader.end('message');
  });

  it('hands out views, of a view as well', () => {
    const bytes = Uint8Array.of(9, 1, 7, 9);
    const view = createReader(bytes.subarray(1, 3)).vector(1);
    bytes[2] = 8;
    assert.deepEqual(view, Uint8Array.of(8));
  });

  it('reads back what the writers write', () => {
    const widths = [
      { write: u8, read: 'u8', max: 2 ** 8 - 1 },
      { write: u16, read: 'u16', max: 2 ** 16 - 1 },
      { write: u24, read: 'u24', max: 2 ** 24 - 1 },
      { write: u40, read: 'u40', max: 2 ** 40 - 1 },
      { write: u64, read: 'u64', max: Number.MAX_SAFE_INTEGER },
    ] as const;
    for (const { write, read, max } of widths) {
      fc.assert(
        fc.property(
          fc.maxSafeNat().map((n) => n % (max + 1)),
          (n) => createReader(write(n))[read]() === n,
        ),
      );
      assert.equal(createReader(write(max))[read](), max);
      for (const n of [max + 1, -1, 0.5]) refuses('out-of-range', () => write(n));
    }
  });

  it('reads back vectors', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 255 }),
        fc.constantFrom(1 as const, 2 as const, 3 as const),
        (bytes, width) => {
          const reader = createReader(vector(width, bytes));
          assert.deepEqual(reader.vector(width), bytes);
          reader.end('vector');
        },
      ),
    );
  });

  it('says what is missing and where, and reads nothing then', () => {
    const reader = createReader(fromHex('000003aabb'));
    reader.u8();
    refuses('malformed', () => reader.vector(2), 'vector at byte 1: got 2 bytes, want 3 bytes');
    refuses('malformed', () => reader.u64(), 'u64 at byte 1: got 4 bytes, want 8 bytes');
    refuses('malformed', () => reader.bytes(5), 'fixed-length field at byte 1: got 4 bytes, want 5 bytes');
    refuses('malformed', () => reader.end('leaf'), 'leaf at byte 1: got 4 more bytes, want the end');
    assert.equal(reader.offset, 1);
  });

  it('refuses integers that a number cannot hold', () => {
    for (const hex of ['0020000000000000', '0020000000000001', 'ffffffffffffffff']) {
      const reader = createReader(fromHex(hex));
      refuses('out-of-range', () => reader.u64());
      assert.equal(reader.offset, 0);
    }
    assert.equal(createReader(fromHex('001fffffffffffff')).u64(), Number.MAX_SAFE_INTEGER);
  });
});

describe('vector()', () => {
  it('refuses bytes whose length does not fit', () => {
    assert.equal(vector(1, new Uint8Array(255)).length, 256);
    refuses('out-of-range', () => vector(1, new Uint8Array(256)));
    refuses('out-of-range', () => vector(2, new Uint8Array(65_536)));
    assert.deepEqual(vector(3, new Uint8Array(1)), concatBytes(u24(1), new Uint8Array(1)));
  });
});
