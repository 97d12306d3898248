/**
 * Does work on items, `concurrency` of them at a time, and yields the results in the order of the items.
 *
 * At most `concurrency` results are held, however slowly they are taken.
 */
export async function* inOrder<T, R>(
  items: Iterable<T>,
  concurrency: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const started: Promise<R>[] = [];
  try {
    for (const item of items) {
      if (started.length >= concurrency) yield await next(started);
      started.push(work(item));
      // A failure is met when its turn comes; until then nobody waits for it, which Node.js would take for an oversight.
      started.at(-1)?.catch(() => undefined);
    }
    while (started.length > 0) yield await next(started);
  } finally {
    await Promise.allSettled(started);
  }
}

function next<R>(started: Promise<R>[]): Promise<R> {
  const [first] = started.splice(0, 1);
  if (first === undefined) throw new RangeError('no work was started');
  return first;
}
