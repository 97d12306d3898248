/** The pieces of one element with this identifier octet and these pieces as content: the header, then the content. */
export function wrapped(tag: number, content: readonly Uint8Array[]): Uint8Array[] {
  const length = content.reduce((sum, piece) => sum + piece.length, 0);
  return [header(tag, length), ...content];
}

/** Identifier octet and length octets in the shortest form. Source: ITU-T X.690, 8.1.3 and 10.1. */
function header(tag: number, length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(tag, length);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return Uint8Array.of(tag, 0x80 | octets.length, ...octets);
}
