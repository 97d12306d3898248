import { toHex } from '../../tlog/bytes.js';

/** The greatest arc that is read as a number; what is longer is shown in hexadecimal. */
const ARC_OCTETS_MAX = 7;

const DOTTED = /^[0-2](?:\.(?:0|[1-9][0-9]{0,14})){1,32}$/;

/** Extensions and key usages that the chain rules look at, as dotted numbers. Source: RFC 5280, 4.2; RFC 6962, 3.1. */
export const OID = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extKeyUsage: '2.5.29.37',
  poison: '1.3.6.1.4.1.11129.2.4.3',
  precertificateSigning: '1.3.6.1.4.1.11129.2.4.4',
} as const;

/** Says what is wrong with a dotted object identifier, or undefined if nothing is. */
export function oidProblem(dotted: string): string | undefined {
  const [root, second] = dotted.split('.').map(Number);
  if (!DOTTED.test(dotted)) return `${JSON.stringify(dotted)} is not an object identifier such as 2.5.29.17`;
  // Source: ITU-T X.660, 6.2: only below joint-iso-itu-t does the second arc go beyond 39.
  if (root !== 2 && (second ?? 0) > 39) return `${JSON.stringify(dotted)} has a second number above 39`;
  return undefined;
}

/** The content octets of a dotted object identifier without problem. Source: ITU-T X.690, 8.19. */
export function encodeOid(dotted: string): Uint8Array {
  const [root = 0, second = 0, ...arcs] = dotted.split('.').map(Number);
  return Uint8Array.from([root * 40 + second, ...arcs].flatMap(base128));
}

/** An object identifier as dotted numbers, from its content octets; never fails, whatever the bytes are. */
export function formatOid(content: Uint8Array): string {
  const arcs: number[] = [];
  let arc = 0;
  for (let i = 0, begin = 0; i < content.length; i++) {
    const octet = content[i] ?? 0;
    arc = arc * 128 + (octet & 0x7f);
    if (octet >= 0x80) continue;
    if (i - begin >= ARC_OCTETS_MAX) return `#${toHex(content)}`;
    arcs.push(arc);
    arc = 0;
    begin = i + 1;
  }
  const [first = 0, ...others] = arcs;
  const root = Math.min(Math.floor(first / 40), 2);
  return [root, first - root * 40, ...others].join('.');
}

function base128(arc: number): number[] {
  const octets = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) octets.unshift(0x80 | (rest % 128));
  return octets;
}
