/** The most bytes that are handed to one call as arguments; engines bound their number. */
const ARGUMENTS_MAX = 4_096;

/** Bytes as the key of a Map: one character a byte, so that equal strings are equal bytes. */
export function byteString(bytes: Uint8Array): string {
  if (bytes.length <= ARGUMENTS_MAX) return String.fromCharCode(...bytes);
  let text = '';
  for (let begin = 0; begin < bytes.length; begin += ARGUMENTS_MAX) {
    text += String.fromCharCode(...bytes.subarray(begin, begin + ARGUMENTS_MAX));
  }
  return text;
}
