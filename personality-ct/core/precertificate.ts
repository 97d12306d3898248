import { concatBytes } from '../../tlog/bytes.js';
import type { Certificate } from './certificate.js';
import { TAG, viewOf } from './der.js';
import { wrapped } from './der-writer.js';
import type { Extension } from './extension.js';

/** What the poison extension makes of a certificate. A malformed one makes neither certificate nor precertificate. */
export type Poison =
  { readonly kind: 'absent' } | { readonly kind: 'present' } | { readonly kind: 'malformed'; readonly problem: string };

/** The value of the poison extension: ASN.1 NULL. Source: RFC 6962, 3.1. */
const POISON_VALUE: readonly number[] = [0x05, 0x00];

/** Says whether this is a precertificate. Source: RFC 6962, 3.1 */
export function poisonOf({ extensions }: Certificate): Poison {
  const { poison } = extensions.known;
  if (poison === undefined) return { kind: 'absent' };
  if (!poison.critical) return { kind: 'malformed', problem: 'is not critical' };
  const isNull =
    poison.value.length === POISON_VALUE.length && POISON_VALUE.every((octet, i) => poison.value[i] === octet);
  return isNull ? { kind: 'present' } : { kind: 'malformed', problem: 'has another value than NULL' };
}

/**
 * The TBSCertificate that the final certificate will have, but for the SCTs: that of the precertificate with the poison
 * cut out, and lengths adjusted. All other bytes stay what they are. If the poison was the only extension, the wrapper
 * of the extensions goes too.
 *
 * @param preIssuer the precertificate signing certificate, if one signed: then the issuer becomes its issuer, and the
 *   authority key identifier gets the value of its authority key identifier, appears at the end if there was none, or
 *   goes if the signing certificate has none.
 *
 * Source: RFC 6962, 3.1 and 3.2; the cases that it leaves open as certificate-transparency-go and tesseract have them.
 */
export function finalTbs(precertificate: Certificate, preIssuer: Certificate | undefined): Uint8Array {
  const { der, layout } = precertificate;
  const { tbs, issuer, extensions } = layout;
  const extensionsBegin = extensions?.begin ?? tbs.end;
  return concatBytes(
    ...wrapped(TAG.sequence, [
      der.subarray(tbs.contentBegin, issuer.begin),
      preIssuer?.issuer ?? precertificate.issuer,
      der.subarray(issuer.end, extensionsBegin),
      ...finalExtensions(precertificate, preIssuer),
    ]),
  );
}

function finalExtensions(precertificate: Certificate, preIssuer: Certificate | undefined): Uint8Array[] {
  const { der, extensions, layout } = precertificate;
  const kept = extensions.all.filter((extension) => extension !== extensions.known.poison);
  const list = kept.flatMap((extension) => {
    const isOwnKeyId = extension === extensions.known.authorityKeyIdentifier;
    return preIssuer !== undefined && isOwnKeyId
      ? reissued(der, extension, preIssuer)
      : [viewOf(der, extension.element)];
  });
  if (extensions.known.authorityKeyIdentifier === undefined) list.push(...addedKeyId(preIssuer));
  return list.length === 0 || layout.extensions === undefined
    ? []
    : wrapped(layout.extensions.tag, wrapped(TAG.sequence, list));
}

/** The authority key identifier of the precertificate with the value of the signing certificate's, if that has one. */
function reissued(der: Uint8Array, own: Extension, preIssuer: Certificate): Uint8Array[] {
  const theirs = preIssuer.extensions.known.authorityKeyIdentifier;
  if (theirs === undefined) return [];
  const identifierAndCritical = der.subarray(own.element.contentBegin, own.valueBegin);
  return wrapped(TAG.sequence, [identifierAndCritical, ...wrapped(TAG.octetString, [theirs.value])]);
}

/** The authority key identifier that a precertificate without one gets from its signing certificate. */
function addedKeyId(preIssuer: Certificate | undefined): Uint8Array[] {
  const theirs = preIssuer?.extensions.known.authorityKeyIdentifier;
  if (theirs === undefined) return [];
  const oid = wrapped(TAG.objectIdentifier, [theirs.oid]);
  return wrapped(TAG.sequence, [...oid, ...wrapped(TAG.octetString, [theirs.value])]);
}
