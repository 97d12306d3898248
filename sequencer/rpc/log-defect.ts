import type { Logger } from '../../service/logger.js';
import { SequencerError } from '../core/sequencer-error.js';

/** Writes down what a client is told nothing of: an error that is not the sequencer's own is a defect. */
export function logDefect(log: Logger, error: unknown): void {
  if (!(error instanceof SequencerError)) log.error({ err: error }, 'an rpc failed with an internal error');
}
