import assert from 'node:assert/strict';
import { utf8 } from '../../tlog/bytes.js';
import { entityTag, isNamedIn } from './entity-tag.js';

const tag = entityTag(utf8('abc'), 'identity');

describe('entityTag()', () => {
  it('is the hash of the bytes, in quotes', () => {
    assert.equal(tag, '"ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"');
  });

  it('tells two codings of the same bytes apart', () => {
    assert.notEqual(entityTag(utf8('abc'), 'gzip'), tag);
  });
});

describe('isNamedIn()', () => {
  for (const header of [tag, `W/${tag}`, `"x", ${tag}`, `${tag},"x"`, '*']) {
    it(`finds the tag in ${header}`, () => {
      assert.equal(isNamedIn(header, tag), true);
    });
  }

  for (const header of [undefined, '', '"x"', tag.slice(1, -1), entityTag(utf8('abc'), 'gzip')]) {
    it(`does not find it in ${header}`, () => {
      assert.equal(isNamedIn(header, tag), false);
    });
  }
});
