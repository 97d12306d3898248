import { systemClock } from '../../service/clock.js';
import { runSubmit } from './command.js';

// npm runs scripts in the folder of package.json, and says where it was called.
const cwd = process.env['INIT_CWD'] ?? process.cwd();
process.exitCode = await runSubmit({ argv: process.argv.slice(2), cwd, streams: process, clock: systemClock });
