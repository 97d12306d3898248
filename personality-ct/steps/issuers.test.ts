import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { issueRoot } from '../../test/certificates/issue.js';
import { settle } from '../../test/clock.js';
import { nobleHasher } from '../../tlog/hash.js';
import { uncachedIssuers } from '../core/issuer.js';
import { answered, failed, type Answer } from '../ports/sequencer.js';
import { createIssuerStore } from './issuers.js';

describe('createIssuerStore()', () => {
  const readIssuer = uncachedIssuers(nobleHasher);
  const root = readIssuer(issueRoot('root').der);
  const other = readIssuer(issueRoot('other').der);
  let puts: { content: Uint8Array; answer: (answer: Answer<string>) => void }[];
  const putAttachment = (content: Uint8Array): Promise<Answer<string>> =>
    new Promise((answer) => {
      puts.push({ content, answer });
    });
  const path = (content: Uint8Array): string => `issuer/${createHash('sha256').update(content).digest('hex')}`;
  const answerAll = (): void => {
    for (const { content, answer } of puts) answer(answered(path(content)));
  };

  beforeEach(() => {
    puts = [];
  });

  it('puts each issuer, as it was submitted', async () => {
    const stored = createIssuerStore({ putAttachment }).store([root, other]);
    assert.deepEqual(
      puts.map(({ content }) => content),
      [root.der, other.der],
    );
    answerAll();
    assert.equal((await stored).kind, 'answered');
  });

  it('does not say that issuers are stored before all of them are', async () => {
    let done = false;
    void createIssuerStore({ putAttachment })
      .store([root, other])
      .then(() => {
        done = true;
      });
    puts[0]?.answer(answered(path(root.der)));
    await settle();
    assert.equal(done, false);
  });

  it('puts each once, also for submissions that come together', async () => {
    const store = createIssuerStore({ putAttachment });
    const both = Promise.all([store.store([root]), store.store([root, other])]);
    assert.equal(puts.length, 2);
    answerAll();
    await both;
    assert.equal((await store.store([root, other])).kind, 'answered');
    assert.equal(puts.length, 2);
  });

  it('puts again what could not be put', async () => {
    const store = createIssuerStore({ putAttachment });
    const first = store.store([root]);
    puts[0]?.answer(failed('unreachable', 'gone'));
    assert.equal((await first).kind, 'failed');
    void store.store([root]);
    assert.equal(puts.length, 2);
  });

  it('puts again after it was told to forget, and does not believe a call from before', async () => {
    const store = createIssuerStore({ putAttachment });
    const before = store.store([root]);
    store.forget();
    answerAll();
    await before;
    void store.store([root]);
    assert.equal(puts.length, 2);
  });

  it('refuses an answer that names another place', async () => {
    const stored = createIssuerStore({ putAttachment }).store([root]);
    puts[0]?.answer(answered(path(other.der)));
    const answer = await stored;
    assert.equal(answer.kind === 'failed' && answer.failure.code, 'contradiction');
  });
});
