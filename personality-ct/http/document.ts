import { createHash } from 'node:crypto';

/** A JSON document that is served as it is, with a strong entity tag. */
export interface Document {
  readonly bytes: Buffer;
  /** With its quotation marks, as in the header. Source: RFC 9110, 8.8.3 */
  readonly etag: string;
}

const ETAG_SIZE_BYTES = 16;

/** Makes a document of a value. */
export function jsonDocument(value: object): Document {
  const bytes = Buffer.from(JSON.stringify(value));
  const hash = createHash('sha256').update(bytes).digest().subarray(0, ETAG_SIZE_BYTES);
  return { bytes, etag: `"${hash.toString('base64url')}"` };
}

/** Whether a client that sends this If-None-Match header has the document already. Source: RFC 9110, 13.1.2 */
export function isKnown({ etag }: Document, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false;
  const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
