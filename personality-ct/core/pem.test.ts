import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { issueRoot } from '../../test/certificates/issue.js';
import { encodePem, parsePemCertificates } from './pem.js';

const [first, second] = [issueRoot('first').der, issueRoot('second').der];

describe('encodePem()', () => {
  it('is what OpenSSL writes', () => {
    assert.equal(encodePem(first), new X509Certificate(first).toString());
  });
});

describe('parsePemCertificates()', () => {
  it('reads all certificates of a file, and says where they stand', () => {
    const text = `# first\n${encodePem(first)}\nsubject: second\n${encodePem(second)}`;
    const { certificates, problems } = parsePemCertificates(text);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      certificates.map(({ block, line, der }) => ({ block, line, der })),
      [
        { block: 1, line: 2, der: first },
        { block: 2, line: encodePem(first).split('\n').length + 3, der: second },
      ],
    );
  });

  it('reads lines that end as on Windows, trailing blanks, and lines of any length', () => {
    const odd = encodePem(first).replace(/\n/g, ' \r\n');
    assert.deepEqual(parsePemCertificates(odd).certificates[0]?.der, first);
    const oneLine = encodePem(first).replace(/([^-])\n([^-])/g, '$1$2');
    assert.deepEqual(parsePemCertificates(oneLine).certificates[0]?.der, first);
  });

  const good = encodePem(first);
  const cases: readonly { desc: string; text: string; problem: RegExp; taken?: number }[] = [
    { desc: 'no block', text: 'hello', problem: /no PEM block/ },
    { desc: 'a block without end', text: good.replace(/-----END.*\n/, ''), problem: /block 1 at line 1 has no line/ },
    {
      desc: 'a block that another one follows before its end',
      text: good.replace(/-----END.*\n/, '') + good,
      problem: /block 1 at line 1 has no line/,
      taken: 1,
    },
    { desc: 'another end', text: good.replace('END CERT', 'END X509 CERT'), problem: /block 1 at line 1 has no line/ },
    { desc: 'a key', text: good.replaceAll('CERTIFICATE', 'PRIVATE KEY'), problem: /is a PRIVATE KEY, not a CERT/ },
    { desc: 'bad base64', text: good.replace('\nM', '\n*'), problem: /block 1 at line 1 is not base64/ },
    {
      desc: 'something else than a certificate',
      text: `${good}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n${good}`,
      problem: /^block 2 at line \d+ is not an X\.509 certificate in DER: certificate at byte 0/,
      taken: 2,
    },
  ];
  for (const { desc, text, problem, taken = 0 } of cases) {
    it(`reports ${desc}, and takes the rest`, () => {
      const { certificates, problems } = parsePemCertificates(text);
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? '', problem);
      assert.equal(certificates.length, taken);
    });
  }

  it('takes time in proportion to the size', () => {
    const { problems } = parsePemCertificates('-----BEGIN CERTIFICATE-----\n'.repeat(50_000));
    assert.equal(problems.length, 50_000);
  });
});
