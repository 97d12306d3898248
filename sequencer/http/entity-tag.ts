import { createHash } from 'node:crypto';

/** The strong entity tag of an object, by its bytes and its coding. Source: RFC 9110, 8.8.3. */
export function entityTag(bytes: Uint8Array, coding: 'identity' | 'gzip'): string {
  const hash = createHash('sha256').update(bytes).digest('base64url');
  // Two codings of the same object are two representations: a strong tag must tell them apart.
  return coding === 'identity' ? `"${hash}"` : `"${hash}.${coding}"`;
}

/** Whether an If-None-Match names the tag, so that its sender has these bytes already. Source: RFC 9110, 13.1.2. */
export function isNamedIn(ifNoneMatch: string | undefined, tag: string): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((text) => text.trim().replace(/^W\//, ''));
  return tags.includes(tag) || tags.includes('*');
}
