import { systemClock } from '../../service/clock.js';
import { runFsck } from './command.js';

process.exitCode = await runFsck({ argv: process.argv.slice(2), streams: process, clock: systemClock });
