import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  randomBytes,
  sign,
  type KeyObject,
} from 'node:crypto';
import { utf8 } from '../tlog/bytes.js';
import { parseCertificate } from '../personality-ct/core/certificate.js';
import { encodePem, parsePemCertificates } from '../personality-ct/core/pem.js';
import {
  algorithmIdentifier,
  authorityExtensions,
  commonName,
  element,
  encodeCertificate,
  encodeName,
  encodeTbs,
  extension,
  extKeyUsage,
  authorityKeyIdentifier,
  poison,
  sequence,
  subjectKeyIdentifier,
} from './certificate-writer.js';

/** What a test CA is kept in: PEM texts. The keys are PKCS#8 and belong into files of mode 0600. */
export interface TestCaFiles {
  readonly rootPem: string;
  readonly rootKeyPem: string;
  readonly intermediatePem: string;
  readonly intermediateKeyPem: string;
}

/** What a test CA is asked to issue. */
export interface IssueRequest {
  readonly kind: 'certificate' | 'precertificate';
  /** The DNS name. */
  readonly name: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** What a test CA has issued. */
export interface Issued {
  /** Leaf, intermediate and root, in DER. */
  readonly chain: readonly Uint8Array[];
  /** The same, as PEM blocks. */
  readonly pem: string;
}

/** A CA of two levels on P-256, with which a log can be tried out before it accepts the roots of others. */
export interface TestCa {
  readonly files: TestCaFiles;
  readonly root: Uint8Array;
  readonly intermediate: Uint8Array;
  issue(request: IssueRequest): Issued;
}

const ECDSA_WITH_SHA256 = algorithmIdentifier('1.2.840.10045.4.3.2');

/** Random bytes of a serial number: below 20 octets. Source: RFC 5280, 4.1.2.2. */
const SERIAL_SIZE_BYTES = 16;

/** How long root and intermediate are valid. A log does not look at it; browsers that import the root do. */
const AUTHORITY_YEARS = 20;

const KEY_ID_SIZE_BYTES = 20;

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const SUBJECT_ALT_NAME = '2.5.29.17';

/** `[2] IMPLICIT IA5String`, the dNSName of a GeneralName. */
const DNS_NAME = 0x82;

/** Makes a new CA, whose root has a name that no other one has. */
export function createTestCa(options: { readonly now: Date }): TestCa {
  const name = (level: string): Uint8Array =>
    encodeName([
      ['2.5.4.10', 'Andamento test CA, trusted by nobody'],
      ['2.5.4.3', `Andamento test ${level} ${randomBytes(4).toString('hex')}`],
    ]);
  const notAfter = new Date(options.now);
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + AUTHORITY_YEARS);
  const rootKey = newKey();
  const rootName = name('root');
  const validity = { notBefore: options.now, notAfter };
  const root = issueAuthority({ issuer: rootName, issuerKey: rootKey, subject: rootName, key: rootKey, ...validity });
  const intermediateKey = newKey();
  const intermediate = issueAuthority({
    issuer: rootName,
    issuerKey: rootKey,
    subject: name('intermediate'),
    key: intermediateKey,
    ...validity,
  });
  return openTestCa({
    rootPem: encodePem(root),
    rootKeyPem: keyPem(rootKey),
    intermediatePem: encodePem(intermediate),
    intermediateKeyPem: keyPem(intermediateKey),
  });
}

/** The CA that was kept in these files. @throws Error if one of them does not hold what it should */
export function openTestCa(files: TestCaFiles): TestCa {
  const root = onlyCertificate(files.rootPem, 'the root of the test CA');
  const intermediate = onlyCertificate(files.intermediatePem, 'the intermediate of the test CA');
  const issuerKey = createPrivateKey(files.intermediateKeyPem);
  const issuer = parseCertificate(intermediate).subject;
  return {
    files,
    root,
    intermediate,
    issue(request) {
      const chain = [issueLeaf(request, issuer, issuerKey), intermediate, root];
      return { chain, pem: chain.map(encodePem).join('') };
    },
  };
}

interface Issuance {
  readonly issuer: Uint8Array;
  readonly issuerKey: KeyObject;
  readonly subject: Uint8Array;
  readonly key: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

function issueAuthority(issuance: Issuance): Uint8Array {
  return signed(issuance, [...authorityExtensions(), subjectKeyIdentifier(keyIdOf(spkiOf(issuance.key)))]);
}

function issueLeaf(request: IssueRequest, issuer: Uint8Array, issuerKey: KeyObject): Uint8Array {
  const { kind, name, notBefore, notAfter } = request;
  const issuance = { issuer, issuerKey, subject: commonName(name), key: newKey(), notBefore, notAfter };
  return signed(issuance, [
    extension(SUBJECT_ALT_NAME, sequence(element(DNS_NAME, utf8(name)))),
    extKeyUsage(SERVER_AUTH),
    ...(kind === 'precertificate' ? [poison()] : []),
  ]);
}

function signed(issuance: Issuance, extensions: readonly Uint8Array[]): Uint8Array {
  const { issuerKey, key, ...facts } = issuance;
  const tbs = encodeTbs({
    ...facts,
    serial: newSerial(),
    signatureAlgorithm: ECDSA_WITH_SHA256,
    spki: spkiOf(key),
    extensions: [authorityKeyIdentifier(keyIdOf(spkiOf(issuerKey))), ...extensions],
  });
  return encodeCertificate(tbs, ECDSA_WITH_SHA256, sign('sha256', tbs, issuerKey));
}

/** Random content octets of a positive INTEGER in its shortest form. */
function newSerial(): Uint8Array {
  const serial = randomBytes(SERIAL_SIZE_BYTES);
  serial[0] = (serial.readUInt8(0) & 0x7f) | 0x40;
  return serial;
}

function spkiOf(key: KeyObject): Uint8Array {
  return createPublicKey(key).export({ type: 'spki', format: 'der' });
}

/** A key identifier: the first bytes of the SHA-256 of the key. Source: RFC 7093, 2. */
function keyIdOf(spki: Uint8Array): Uint8Array {
  return hash('sha256', spki, 'buffer').subarray(0, KEY_ID_SIZE_BYTES);
}

function newKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

function keyPem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function onlyCertificate(pem: string, what: string): Uint8Array {
  const { certificates, problems } = parsePemCertificates(pem);
  const [certificate, extra] = certificates;
  if (certificate !== undefined && extra === undefined && problems.length === 0) return certificate.der;
  throw new Error(`${what} must be one PEM certificate${problems.map((problem) => `; ${problem}`).join('')}`);
}
