import assert from 'node:assert/strict';
import { extension, extKeyUsage } from '../../cli/certificate-writer.js';
import { issueLeaf, issuePrecertificate, issueRoot } from '../../test/certificates/issue.js';
import { accepted, refusedBy, type TestLog } from '../../test/certificates/judging.js';
import { timestampMs } from '../../tlog/scalars.js';
import { OID } from './object-identifiers.js';
import type { ChainRules } from './rules.js';

const root = issueRoot('root');
const leaf = issueLeaf('leaf', root);
const precertificate = issuePrecertificate('pre', root);

const MIDNIGHT = timestampMs(Date.parse('2025-07-02T00:00:00Z'));
const SECOND_BEFORE = timestampMs(MIDNIGHT - 1000);
const SECOND_AFTER = timestampMs(MIDNIGHT + 1000);
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

function log(rules: Partial<ChainRules>, now?: Date): TestLog {
  return { roots: [root], rules, ...(now && { now }) };
}

describe('the endpoint', () => {
  it('is add-chain for certificates and add-pre-chain for precertificates', () => {
    accepted(log({}), 'add-chain', [leaf]);
    accepted(log({}), 'add-pre-chain', [precertificate]);
  });

  it('is named in the refusal when it is the wrong one', () => {
    const atChain = refusedBy(log({}), 'add-chain', [precertificate]);
    assert.equal(atChain.code, 'precertificate-at-add-chain');
    assert.equal(atChain.message, 'chain[0] (CN=pre) is a precertificate: it goes to add-pre-chain.');
    const atPreChain = refusedBy(log({}), 'add-pre-chain', [leaf]);
    assert.equal(atPreChain.code, 'certificate-at-add-pre-chain');
    assert.match(atPreChain.message, /^chain\[0\] \(CN=leaf\) has no poison extension/);
  });

  it('is neither for a poison that is not critical, or has another value', () => {
    const notCritical = issueLeaf('odd', root, { extensions: [extension(OID.poison, Uint8Array.of(5, 0))] });
    const otherValue = issueLeaf('odd', root, { extensions: [extension(OID.poison, Uint8Array.of(4, 0), true)] });
    for (const endpoint of ['add-chain', 'add-pre-chain'] as const) {
      assert.match(refusedBy(log({}), endpoint, [notCritical]).message, /poison extension that is not critical/);
      assert.match(refusedBy(log({}), endpoint, [otherValue]).message, /poison extension that has another value/);
    }
  });
});

describe('the shard', () => {
  it('takes a notAfter from its start to before its limit', () => {
    accepted(log({ notAfterStart: MIDNIGHT, notAfterLimit: SECOND_AFTER }), 'add-chain', [leaf]);
    accepted(log({ notAfterStart: MIDNIGHT }), 'add-chain', [leaf]);
    accepted(log({ notAfterLimit: SECOND_AFTER }), 'add-chain', [leaf]);
  });

  it('refuses a notAfter at its limit, or before its start, and says what it takes', () => {
    const early = refusedBy(log({ notAfterStart: SECOND_AFTER }), 'add-chain', [leaf]);
    assert.equal(early.code, 'outside-shard');
    const late = refusedBy(log({ notAfterStart: SECOND_BEFORE, notAfterLimit: MIDNIGHT }), 'add-chain', [leaf]);
    assert.equal(
      late.message,
      'chain[0] (CN=leaf) has notAfter 2025-07-02T00:00:00Z, outside the shard [2025-07-01T23:59:59Z, 2025-07-02T00:00:00Z).',
    );
  });
});

describe('expiry', () => {
  const [before, after] = [new Date(MIDNIGHT), new Date(MIDNIGHT + 1)];

  it('does not matter unless a rule says so', () => {
    accepted(log({}, new Date('2040-01-01')), 'add-chain', [leaf]);
    accepted(log({}, new Date('2000-01-01')), 'add-chain', [leaf]);
  });

  it('is refused by rejectExpired from the moment after notAfter on', () => {
    accepted(log({ rejectExpired: true }, before), 'add-chain', [leaf]);
    assert.equal(refusedBy(log({ rejectExpired: true }, after), 'add-chain', [leaf]).code, 'expired');
  });

  it('is wanted by rejectUnexpired', () => {
    accepted(log({ rejectUnexpired: true }, after), 'add-chain', [leaf]);
    assert.equal(refusedBy(log({ rejectUnexpired: true }, before), 'add-chain', [leaf]).code, 'unexpired');
  });
});

describe('extensions of the leaf', () => {
  const withUsage = issueLeaf('server', root, {
    extensions: [extKeyUsage(SERVER_AUTH), extension('1.2.3', new Uint8Array())],
  });

  it('are refused by name', () => {
    accepted(log({ rejectExtensions: ['1.2.4'] }), 'add-chain', [withUsage]);
    const refusal = refusedBy(log({ rejectExtensions: ['1.2.4', '1.2.3'] }), 'add-chain', [withUsage]);
    assert.equal(refusal.message, 'chain[0] (CN=server) has the extension 1.2.3, which this log refuses.');
  });

  it('must include one of the extended key usages that are wanted', () => {
    accepted(log({ requireExtKeyUsages: [CLIENT_AUTH, SERVER_AUTH] }), 'add-chain', [withUsage]);
    const rules = { requireExtKeyUsages: [CLIENT_AUTH] };
    assert.equal(refusedBy(log(rules), 'add-chain', [withUsage]).code, 'key-usage-missing');
    assert.equal(refusedBy(log(rules), 'add-chain', [leaf]).code, 'key-usage-missing');
  });
});
