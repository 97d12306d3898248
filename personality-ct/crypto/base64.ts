import type { DecodeBase64 } from '../core/submission.js';

/**
 * Decodes base64 by the engine's own decoder, which skips what it does not know; that the bytes encode to the same text
 * again is what makes this strict. Measured with Node.js 20 on 1.5 KiB: 2 µs, against 20 µs for fromBase64().
 */
export const decodeBase64: DecodeBase64 = (text) => {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
};
