import { parsePublicPath } from '../../tlog/tile.js';
import { LOG_JSON_OBJECT } from './object-names.js';

/** The HTTP headers with which a public object is served. */
export interface PublicHeaders {
  readonly contentType: string;
  readonly cacheControl: string;
  /** Whether compression makes it smaller: hashes do not compress, entries do. */
  readonly compressible: boolean;
}

/** Tiles, bundles and issuers never change. A week, as c2sp.org/tlog-tiles recommends "long-lived". */
const IMMUTABLE = 'public, max-age=604800, immutable';

const MUTABLE = 'no-cache';

/** How the public object `name` is served, or undefined where no public object can have that name. */
export function publicHeaders(name: string): PublicHeaders | undefined {
  if (name === LOG_JSON_OBJECT) {
    return { contentType: 'application/json', cacheControl: MUTABLE, compressible: true };
  }
  const parsed = parsePublicPath(name);
  switch (parsed?.kind) {
    case undefined:
      return undefined;
    case 'checkpoint':
      return { contentType: 'text/plain; charset=utf-8', cacheControl: MUTABLE, compressible: false };
    case 'issuer':
      return { contentType: 'application/pkix-cert', cacheControl: IMMUTABLE, compressible: false };
    case 'bundle':
      return { contentType: 'application/octet-stream', cacheControl: IMMUTABLE, compressible: true };
    case 'tile':
      return { contentType: 'application/octet-stream', cacheControl: IMMUTABLE, compressible: false };
  }
}
