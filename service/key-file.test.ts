import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPrivateKey } from './key-file.js';

describe('readPrivateKey()', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'andamento-keys-'));
  });
  after(() => rm(directory, { recursive: true }));

  async function fileOf(name: string, content: string, mode = 0o600): Promise<string> {
    const file = join(directory, name);
    await writeFile(file, content, { mode });
    return file;
  }
  const pkcs8 = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();
  const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const ed25519 = generateKeyPairSync('ed25519').privateKey;

  it('reads P-256 in PKCS#8 and in SEC1', async () => {
    const sec1 = p256.export({ type: 'sec1', format: 'pem' }).toString();
    for (const file of [await fileOf('p8', pkcs8(p256)), await fileOf('sec1', sec1)]) {
      const key = await readPrivateKey(file, 'p256');
      assert.equal(key.type, 'p256');
      assert.deepEqual(key.spki, createPublicKey(p256).export({ type: 'spki', format: 'der' }));
      assert.equal(key.warning, undefined);
    }
  });

  it('reads Ed25519', async () => {
    assert.equal((await readPrivateKey(await fileOf('ed', pkcs8(ed25519)))).type, 'ed25519');
  });

  it('warns of a key that everybody can read', async () => {
    const file = await fileOf('open', pkcs8(p256), 0o644);
    assert.match(String((await readPrivateKey(file)).warning), /can be read by every user/);
  });

  const refusals: { desc: string; content: () => string; want?: 'p256' | 'ed25519'; says: RegExp }[] = [
    {
      desc: 'a key of another type than wanted',
      content: () => pkcs8(ed25519),
      want: 'p256',
      says: /must hold a P-256 private key, but holds one of type ed25519$/,
    },
    {
      desc: 'a key on another curve',
      content: () => pkcs8(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey),
      says: /must hold a P-256 or Ed25519 private key, but holds one of type ec on curve secp384r1$/,
    },
    {
      desc: 'a public key',
      content: () => createPublicKey(p256).export({ type: 'spki', format: 'pem' }).toString(),
      says: /must hold a PEM private key, but holds a PEM block 'PUBLIC KEY'$/,
    },
    { desc: 'something else', content: () => 'hello', says: /must hold a PEM private key, but holds no PEM block$/ },
    {
      desc: 'a damaged key, without quoting it',
      content: () => pkcs8(p256).replace(/\n[A-Za-z0-9+/]{10}/, '\nAAAAAAAAAA'),
      says: /holds a PEM block 'PRIVATE KEY' that is damaged, encrypted or of unknown form$/,
    },
  ];
  for (const { desc, content, want, says } of refusals) {
    it(`refuses ${desc}`, async () => {
      await assert.rejects(readPrivateKey(await fileOf('refused', content()), want), says);
    });
  }

  it('says that a file is not there', async () => {
    await assert.rejects(readPrivateKey(join(directory, 'none')), /none cannot be read: ENOENT/);
  });
});
