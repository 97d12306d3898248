import type { LogMeters } from '../../personality-ct/ports/meters.js';
import { createLogger, type Logger } from '../../service/logger.js';

/** A logger that says nothing. */
export const silentLog: Logger = createLogger({ service: 'test', level: 'silent' });

/** A logger that keeps the messages of its lines, each with the facts of that line. */
export function createKeptLog(): { log: Logger; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const destination = {
    write: (line: string) => {
      lines.push(JSON.parse(line) as Record<string, unknown>);
    },
  };
  return { log: createLogger({ service: 'test', level: 'debug', destination }), lines };
}

/** Meters that count nothing. */
export const noMeters: LogMeters = { submission: () => {}, addCall: () => {}, renewal: () => {} };
