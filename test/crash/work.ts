import type { LayoutName } from '../../sequencer/core/layout.js';
import type { Promises } from './promises.js';
import type { User } from './life.js';

/** How many entries of earlier lives are sent again at the beginning of one. */
const REPEATED_MAX = 40;

/**
 * What a log does in one of its lives: all verbs, calls at the same time, duplicates, and enough entries to fill a tile.
 *
 * @param name is in every new text.
 */
export async function doWork(
  user: User,
  { name, layout, promises }: { readonly name: string; readonly layout: LayoutName; readonly promises: Promises },
): Promise<void> {
  const texts = (from: number, count: number): string[] =>
    Array.from({ length: count }, (_, i) => `${name} ${from + i}`);
  await user.untilServing();
  await user.add(sample([...promises.sent], REPEATED_MAX));
  await user.add(texts(0, 3));
  await user.add(texts(3, 1), 'published');
  if (layout === 'static-ct') await user.putAttachment(`certificate of ${name}`);
  await user.integrate(true);
  await Promise.all([
    user.add(texts(4, 240), 'published'),
    user.add([...texts(240, 8), ...texts(0, 2)], 'integrated'),
    user.add(texts(244, 8)),
    user.integrate(),
  ]);
  await user.integrate();
  await Promise.all([user.add(texts(252, 10), 'published'), user.integrate(true)]);
  await user.add(texts(262, 2));
  await user.drain();
}

/** Some of `all`, from its beginning to its end. Never none, where there is one. */
function sample(all: readonly string[], max: number): string[] {
  const step = Math.max(Math.ceil(all.length / max), 1);
  const some = all.filter((_, i) => i % step === 0);
  return some.length > 0 ? some : ['the first text'];
}
