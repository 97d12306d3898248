import { runService } from '../service/lifecycle.js';
import { createLogger } from '../service/logger.js';
import { startSequencer } from './app.js';

const log = createLogger({ service: 'sequencer' });

const exitCode = await runService({
  name: 'sequencer',
  description: 'Gives entries their place in transparency logs, and is the only writer of their checkpoints.',
  argv: process.argv.slice(2),
  main: async (context) => startSequencer(context, log),
});
process.exit(exitCode);
