import { constants, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { algorithmIdentifier, element, objectIdentifier, sequence } from '../../cli/certificate-writer.js';
import { contextTag, TAG } from '../../personality-ct/core/der.js';

/** Kinds of key that certificates in tests have. */
export type KeyKind = 'p256' | 'p384' | 'p521' | 'secp256k1' | 'rsa2048' | 'rsa1024' | 'rsa-pss2048' | 'ed25519';

/** Ways to sign, by the names of the algorithm and the hash. */
export type SigningName =
  | `${'rsa' | 'ecdsa'}-${'sha1' | 'sha256' | 'sha384' | 'sha512'}`
  | `pss-${'sha1' | 'sha256' | 'sha384' | 'sha512'}`
  | 'rsa-sha1-oiw'
  | 'rsa-md5'
  | 'ed25519';

/** A key pair of a test. */
export interface TestKey {
  readonly kind: KeyKind;
  readonly privateKey: KeyObject;
  readonly spki: Uint8Array;
}

const made = new Map<string, TestKey>();

/** The key of this kind that goes by this label: always the same within a run, as making RSA keys takes long. */
export function testKey(kind: KeyKind, label = ''): TestKey {
  const id = `${kind} ${label}`;
  const key = made.get(id) ?? makeKey(kind);
  made.set(id, key);
  return key;
}

/** The way in which a key signs when nothing else is asked for. */
export function usualSigning(kind: KeyKind): SigningName {
  if (kind === 'ed25519') return 'ed25519';
  if (kind === 'rsa-pss2048') return 'pss-sha256';
  return kind.startsWith('rsa') ? 'rsa-sha256' : kind === 'p384' ? 'ecdsa-sha384' : 'ecdsa-sha256';
}

/** The AlgorithmIdentifier of a way to sign. */
export function signatureAlgorithm(signing: SigningName): Uint8Array {
  const [scheme, hash = ''] = signing.split('-');
  if (scheme === 'pss') return pssAlgorithm(hash);
  const oid = OIDS[signing] ?? '';
  return scheme === 'rsa' ? algorithmIdentifier(oid, NULL) : algorithmIdentifier(oid);
}

/** Signs bytes. */
export function signWith({ privateKey }: TestKey, signing: SigningName, bytes: Uint8Array): Uint8Array {
  const [scheme, hash = ''] = signing.split('-');
  if (scheme === 'ed25519') return sign(null, bytes, privateKey);
  if (scheme !== 'pss') return sign(hash, bytes, privateKey);
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: SALT_SIZE_BYTES };
  return sign(hash, bytes, { key: privateKey, ...pss });
}

/** `RSASSA-PSS` with this hash, the same for the mask, and this salt. Source: RFC 4055, 3.1 */
export function pssAlgorithm(
  hash: string,
  maskHash: string = hash,
  saltSizeBytes: number = SALT_SIZE_BYTES,
): Uint8Array {
  const hashIdentifier = (name: string): Uint8Array => algorithmIdentifier(OIDS[name] ?? '', NULL);
  return algorithmIdentifier(
    OIDS['pss'] ?? '',
    sequence(
      element(contextTag(0), hashIdentifier(hash)),
      element(contextTag(1), sequence(objectIdentifier(OIDS['mgf1'] ?? ''), hashIdentifier(maskHash))),
      element(contextTag(2), element(TAG.integer, Uint8Array.of(saltSizeBytes))),
    ),
  );
}

const SALT_SIZE_BYTES = 32;
const NULL = Uint8Array.of(0x05, 0x00);

const OIDS: Readonly<Partial<Record<string, string>>> = {
  'rsa-md5': '1.2.840.113549.1.1.4',
  'rsa-sha1': '1.2.840.113549.1.1.5',
  'rsa-sha1-oiw': '1.3.14.3.2.29',
  'rsa-sha256': '1.2.840.113549.1.1.11',
  'rsa-sha384': '1.2.840.113549.1.1.12',
  'rsa-sha512': '1.2.840.113549.1.1.13',
  'ecdsa-sha1': '1.2.840.10045.4.1',
  'ecdsa-sha256': '1.2.840.10045.4.3.2',
  'ecdsa-sha384': '1.2.840.10045.4.3.3',
  'ecdsa-sha512': '1.2.840.10045.4.3.4',
  ed25519: '1.3.101.112',
  pss: '1.2.840.113549.1.1.10',
  mgf1: '1.2.840.113549.1.1.8',
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};

function makeKey(kind: KeyKind): TestKey {
  const privateKey = generate(kind);
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  return { kind, privateKey, spki: Uint8Array.from(spki) };
}

function generate(kind: KeyKind): KeyObject {
  switch (kind) {
    case 'ed25519':
      return generateKeyPairSync('ed25519').privateKey;
    case 'rsa1024':
    case 'rsa2048':
      return generateKeyPairSync('rsa', { modulusLength: Number(kind.slice(3)) }).privateKey;
    case 'rsa-pss2048':
      return generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey;
    default:
      return generateKeyPairSync('ec', { namedCurve: CURVES[kind] }).privateKey;
  }
}

const CURVES = { p256: 'prime256v1', p384: 'secp384r1', p521: 'secp521r1', secp256k1: 'secp256k1' } as const;
