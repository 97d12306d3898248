/** What a log tells whoever counts. Durations in ms. */
export interface LogMetrics {
  /** A batch is durable. */
  committed(batch: { readonly entries: number; readonly sizeBytes: number; readonly durationMs: number }): void;
  /** Entries were answered with an earlier place. */
  duplicates(count: number): void;
  /** A checkpoint is public. */
  published(run: { readonly entries: number; readonly durationMs: number }): void;
  /** A run of the named kind failed and is tried again. */
  failed(what: 'commit' | 'integration' | 'recovery'): void;
}
