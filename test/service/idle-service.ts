import { z } from 'zod';
import { listenAddress } from '../../service/address.js';
import { loadConfig } from '../../service/config-file.js';
import { runService } from '../../service/lifecycle.js';

/** A service that does nothing, for the tests of the lifecycle. It says on stdout what happens to it. */
const schema = z.strictObject({
  listen: listenAddress(),
  start: z.enum(['at-once', 'never', 'defect']),
  drain: z.enum(['at-once', 'never']),
});

const never = (signal?: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    const alive = setInterval(() => undefined, 1_000);
    signal?.addEventListener('abort', () => {
      clearInterval(alive);
      reject(signal.reason as Error);
    });
  });

process.exit(
  await runService({
    name: 'idle',
    description: 'Does nothing.',
    argv: process.argv.slice(2),
    async main({ configFile, signal }) {
      const config = await loadConfig(schema, configFile);
      console.log('starting');
      if (config.start === 'defect') throw new TypeError('a defect');
      if (config.start === 'never') await never(signal);
      const alive = setInterval(() => undefined, 1_000);
      return {
        addresses: { http: 'http://127.0.0.1:1' },
        async drain() {
          console.log('draining');
          if (config.drain === 'never') await never();
          clearInterval(alive);
        },
      };
    },
  }),
);
