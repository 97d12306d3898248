import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { StartupError } from './startup-error.js';

/** The kinds of key with which logs sign. */
export type KeyType = 'p256' | 'ed25519';

/** A private key that was read and checked. */
export interface PrivateKey {
  readonly type: KeyType;
  readonly privateKey: KeyObject;
  /** The DER SubjectPublicKeyInfo of the public half. */
  readonly spki: Uint8Array;
  /** A sentence for the log when others than the owner may read the file. */
  readonly warning?: string;
}

const KEY_TYPE_NAMES: Readonly<Record<KeyType, string>> = { p256: 'a P-256', ed25519: 'an Ed25519' };

/** Permission bits that let users beyond owner and group read a file. Source: stat(2). */
const READABLE_BY_OTHERS = 0o004;

/**
 * Reads a private key: PEM, PKCS#8 or SEC1, not encrypted.
 *
 * @param want the type that the key must have; any known type when left out.
 * @throws StartupError naming the file and what was found instead.
 */
export async function readPrivateKey(file: string, want?: KeyType): Promise<PrivateKey> {
  const { pem, mode } = await readPem(file);
  const privateKey = parsePem(pem, file);
  const type = typeOf(privateKey);
  if (type === undefined || (want !== undefined && type !== want)) {
    const wanted = want === undefined ? 'a P-256 or Ed25519' : KEY_TYPE_NAMES[want];
    throw new StartupError(`key file ${file} must hold ${wanted} private key, but holds ${describe(privateKey)}`);
  }
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const open = (mode & READABLE_BY_OTHERS) !== 0;
  return { type, privateKey, spki, ...(open ? { warning: `key file ${file} can be read by every user` } : {}) };
}

async function readPem(file: string): Promise<{ pem: string; mode: number }> {
  try {
    return { pem: await readFile(file, 'utf8'), mode: (await stat(file)).mode };
  } catch (error) {
    throw new StartupError(`key file ${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

function parsePem(pem: string, file: string): KeyObject {
  const label = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(pem)?.[1];
  if (label?.endsWith('PRIVATE KEY') !== true) {
    const found = label === undefined ? 'no PEM block' : `a PEM block '${label}'`;
    throw new StartupError(`key file ${file} must hold a PEM private key, but holds ${found}`);
  }
  try {
    return createPrivateKey(pem);
  } catch (error) {
    // The library's message could quote key material; the label says enough.
    throw new StartupError(
      `key file ${file} holds a PEM block '${label}' that is damaged, encrypted or of unknown form`,
      {
        cause: error,
      },
    );
  }
}

function typeOf(key: KeyObject): KeyType | undefined {
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519';
  return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? 'p256' : undefined;
}

function describe(key: KeyObject): string {
  const curve = key.asymmetricKeyDetails?.namedCurve;
  return `one of type ${key.asymmetricKeyType}${curve === undefined ? '' : ` on curve ${curve}`}`;
}
