import { toHex } from '../../tlog/bytes.js';

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

/** An object identifier as dotted numbers, from its content octets. What is none is shown in hexadecimal after `#`. */
export function formatOid(content: Uint8Array): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const octet of content) {
    arc = arc * 128 + (octet & 0x7f);
    if (octet >= 0x80) continue;
    arcs.push(arc);
    arc = 0;
  }
  const [first] = arcs;
  const isWhole = (content.at(-1) ?? 0x80) < 0x80 && arcs.every(Number.isSafeInteger);
  if (first === undefined || !isWhole) return `#${toHex(content)}`;
  const root = Math.min(Math.floor(first / 40), 2);
  return [root, first - root * 40, ...arcs.slice(1)].join('.');
}

function base128(arc: number): number[] {
  const octets = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) octets.unshift(0x80 | (rest % 128));
  return octets;
}
