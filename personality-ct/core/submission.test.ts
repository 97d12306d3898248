import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeBase64 } from '../crypto/base64.js';
import { toBase64 } from '../../tlog/bytes.js';
import type { RefusalCode } from './refusal.js';
import { parseSubmission, SUBMISSION_CHAIN_MAX } from './submission.js';

describe('parseSubmission()', () => {
  it('returns the bytes of the chain, whatever they are', () => {
    const chains = fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: SUBMISSION_CHAIN_MAX });
    fc.assert(
      fc.property(chains, (chain) => {
        const parsed = parseSubmission(JSON.stringify({ chain: chain.map(toBase64) }), decodeBase64);
        assert.ok(parsed.kind === 'submission');
        assert.deepEqual(
          parsed.chain.map((der) => Uint8Array.from(der)),
          chain,
        );
      }),
    );
  });

  it('ignores other members', () => {
    assert.equal(parseSubmission('{"chain":["AAAA"],"more":[1]}', decodeBase64).kind, 'submission');
  });

  const refused: readonly { desc: string; body: string; code: RefusalCode; message: RegExp }[] = [
    { desc: 'nothing', body: '', code: 'malformed-body', message: /it is not JSON/ },
    { desc: 'half a JSON', body: '{"chain":["AAAA"', code: 'malformed-body', message: /it is not JSON/ },
    { desc: 'null', body: 'null', code: 'malformed-body', message: /it is not an object/ },
    { desc: 'an array', body: '["AAAA"]', code: 'malformed-body', message: /it is not an object/ },
    { desc: 'an object without chain', body: '{}', code: 'malformed-body', message: /has no member "chain"/ },
    {
      desc: 'a chain that is text',
      body: '{"chain":"AAAA"}',
      code: 'malformed-body',
      message: /"chain" is not an array/,
    },
    {
      desc: 'a chain of numbers',
      body: '{"chain":["AAAA",5]}',
      code: 'malformed-body',
      message: /chain\[1\] is not a/,
    },
    { desc: 'an empty chain', body: '{"chain":[]}', code: 'chain-empty', message: /at least/ },
    { desc: 'cut base64', body: '{"chain":["AAAA","AAA"]}', code: 'malformed-base64', message: /^chain\[1\] is not/ },
    {
      desc: 'base64 with spaces',
      body: '{"chain":["AA AA"]}',
      code: 'malformed-base64',
      message: /^chain\[0\] is not/,
    },
    { desc: 'base64 for URLs', body: '{"chain":["__-_"]}', code: 'malformed-base64', message: /^chain\[0\] is not/ },
    { desc: 'spare bits', body: '{"chain":["AAB="]}', code: 'malformed-base64', message: /^chain\[0\] is not/ },
    {
      desc: 'a chain of 65',
      body: JSON.stringify({ chain: Array.from({ length: 65 }, () => 'AAAA') }),
      code: 'chain-too-long',
      message: /holds 65 certificates; at most 64/,
    },
  ];
  for (const { desc, body, code, message } of refused) {
    it(`refuses ${desc}`, () => {
      const outcome = parseSubmission(body, decodeBase64);
      assert.ok(outcome.kind === 'refused');
      assert.equal(outcome.refusal.code, code);
      assert.match(outcome.refusal.message, message);
    });
  }

  it('ends with an outcome, whatever the body is', () => {
    const bodies = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((json) => `{"chain":${json}}`),
    );
    fc.assert(fc.property(bodies, (body) => void parseSubmission(body, decodeBase64)));
  });
});
