import { toBase64 } from '../../tlog/bytes.js';
import type { Sha256 } from '../../tlog/hash.js';
import type { TimestampMs } from '../../tlog/scalars.js';

/** What a log says of itself. */
export interface LogDescription {
  readonly description: string;
  readonly logId: Sha256;
  /** The DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** Both with a trailing slash. */
  readonly submissionUrl: string;
  readonly monitoringUrl: string;
  readonly mmdMs: number;
  /** The shard: notAfter in [notAfterStart, notAfterLimit). */
  readonly notAfterStart: TimestampMs | undefined;
  readonly notAfterLimit: TimestampMs | undefined;
  /** Undefined: not said. */
  readonly logType: 'prod' | 'test' | undefined;
}

const MS_PER_SECOND = 1_000;

/**
 * The log as an entry of a log list, as programs that keep such lists take it.
 *
 * The state of a log is what a list says of it, so it is not here. The interval is there only if both its ends are known.
 * Source: www.gstatic.com/ct/log_list/v3/log_list_schema.json, tiled_logs.
 */
export function logListEntry(log: LogDescription): object {
  const { notAfterStart, notAfterLimit, logType } = log;
  return {
    description: log.description,
    log_id: toBase64(log.logId),
    key: toBase64(log.spki),
    submission_url: log.submissionUrl,
    monitoring_url: log.monitoringUrl,
    mmd: Math.ceil(log.mmdMs / MS_PER_SECOND),
    ...(notAfterStart === undefined || notAfterLimit === undefined
      ? {}
      : { temporal_interval: { start_inclusive: dateTime(notAfterStart), end_exclusive: dateTime(notAfterLimit) } }),
    ...(logType === undefined ? {} : { log_type: logType }),
  };
}

function dateTime(timestamp: TimestampMs): string {
  return new Date(timestamp).toISOString().replace('.000Z', 'Z');
}
