import { systemClock } from '../service/clock.js';
import { runService } from '../service/lifecycle.js';
import { createLogger } from '../service/logger.js';
import { startPersonality } from './app.js';
import { loadPersonalityConfig } from './config/config.js';

process.exit(
  await runService({
    name: 'personality-ct',
    description:
      'Serves the submission endpoints of Certificate Transparency logs, in front of an Andamento sequencer.',
    argv: process.argv.slice(2),
    async main({ configFile }) {
      const config = await loadPersonalityConfig(configFile);
      const log = createLogger({ service: 'personality-ct', level: config.logLevel });
      return startPersonality(config, { clock: systemClock, dice: Math.random, log });
    },
  }),
);
