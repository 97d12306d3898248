/**
 * The URL of a request with each run of slashes in its path made one: a client that puts a prefix which ends in a slash
 * before a path that begins with one means the path. A whole URL, as a proxy may send it, stays as it is.
 */
export function withSingleSlashes(url: string): string {
  if (!url.startsWith('/')) return url;
  const queryBegin = url.indexOf('?');
  const path = queryBegin === -1 ? url : url.slice(0, queryBegin);
  return path.replace(/\/{2,}/g, '/') + url.slice(path.length);
}
