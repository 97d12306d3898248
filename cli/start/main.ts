import { systemClock } from '../../service/clock.js';
import { runStart } from './command.js';

// npm runs scripts in the folder of package.json, and says where it was called.
const cwd = process.env['INIT_CWD'] ?? process.cwd();
process.exit(await runStart({ argv: process.argv.slice(2), cwd, streams: process, clock: systemClock }));
