import { pino } from 'pino';

/** A log of facts: constant messages, with what varies as attributes. */
export type Logger = pino.Logger;

/** How much is logged. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Where log lines go: one JSON object each, with its line feed. */
interface LogDestination {
  write(line: string): void;
}

/**
 * Creates the logger of a service: JSON lines on stderr, unless a destination is given.
 *
 * Lines are written before the call returns, so that the last ones before a crash are there.
 */
export function createLogger(options: { service: string; level?: LogLevel; destination?: LogDestination }): Logger {
  const { service, level = 'info', destination = pino.destination({ fd: 2, sync: true }) } = options;
  return pino(
    {
      level,
      base: { service, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
}
