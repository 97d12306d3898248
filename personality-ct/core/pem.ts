import { fromBase64, toBase64 } from '../../tlog/bytes.js';
import { TlogError } from '../../tlog/error.js';
import { parseCertificate } from './certificate.js';
import { CtError } from './error.js';

/** A certificate in a PEM file. */
export interface PemCertificate {
  /** Which block of the file it is, from 1. */
  readonly block: number;
  /** The line on which the block begins, from 1. */
  readonly line: number;
  /** The certificate, of which is known that parseCertificate() takes it. */
  readonly der: Uint8Array;
}

/** Everything that a PEM file holds: what could be read, and a sentence about each block that could not. */
export interface PemFile {
  readonly certificates: readonly PemCertificate[];
  readonly problems: readonly string[];
}

/** Labels of certificates. Source: RFC 7468, 5.1; the second one is of older tools. */
const LABELS: readonly string[] = ['CERTIFICATE', 'X509 CERTIFICATE'];

const BEGIN = /^-----BEGIN ([^\r\n-]*)-----[ \t]*$/;
const LINE_LENGTH = 64;

interface Block {
  readonly label: string;
  readonly line: number;
  /** The lines between the encapsulation boundaries; undefined if the second boundary is missing. */
  readonly body: readonly string[] | undefined;
}

/** Reads the certificates of a PEM file. Text outside the blocks is ignored. A file without a block is a problem. */
export function parsePemCertificates(text: string): PemFile {
  const certificates: PemCertificate[] = [];
  const problems: string[] = [];
  const blocks = blocksOf(text.split(/\r?\n/));
  blocks.forEach((block, i) => {
    const read = readBlock(block);
    if (typeof read === 'string') problems.push(`block ${i + 1} at line ${block.line} ${read}`);
    else certificates.push({ block: i + 1, line: block.line, der: read });
  });
  if (blocks.length === 0) problems.push('there is no PEM block (-----BEGIN CERTIFICATE-----)');
  return { certificates, problems };
}

/** The certificate as a PEM block, with a newline at its end. */
export function encodePem(der: Uint8Array): string {
  const base64 = toBase64(der);
  const lines = Array.from({ length: Math.ceil(base64.length / LINE_LENGTH) }, (_, i) =>
    base64.slice(i * LINE_LENGTH, (i + 1) * LINE_LENGTH),
  );
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function blocksOf(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  let open: { label: string; begin: number } | undefined;
  const close = (end: number, whole: boolean): void => {
    if (open === undefined) return;
    blocks.push({
      label: open.label,
      line: open.begin + 1,
      body: whole ? lines.slice(open.begin + 1, end) : undefined,
    });
    open = undefined;
  };
  lines.forEach((line, i) => {
    const label = BEGIN.exec(line)?.[1];
    if (label === undefined && !line.startsWith('-----')) return;
    close(i, open !== undefined && line.trimEnd() === `-----END ${open.label}-----`);
    if (label !== undefined) open = { label, begin: i };
  });
  close(lines.length, false);
  return blocks;
}

/** The certificate in the block, or what is wrong with the block. */
function readBlock({ label, body }: Block): Uint8Array | string {
  if (body === undefined) return `has no line '-----END ${label}-----'`;
  if (!LABELS.includes(label)) return `is a ${label}, not a CERTIFICATE`;
  try {
    const der = fromBase64(body.map((line) => line.trim()).join(''));
    return parseCertificate(der).der;
  } catch (error) {
    if (error instanceof CtError) return `is not an X.509 certificate in DER: ${error.message}`;
    if (error instanceof TlogError) return 'is not base64';
    throw error;
  }
}
