import { equalBytes } from '../../tlog/bytes.js';
import { ATTACHMENT_MAX_BYTES } from '../core/limits.js';
import { dataLoss, SequencerError } from '../core/sequencer-error.js';
import type { LogDeps } from '../ports/log-deps.js';
import { StoreError } from '../ports/store.js';

/**
 * Stores a content-addressed public object; the same bytes again are no error.
 *
 * @returns its name below the monitoring prefix.
 * @throws SequencerError invalid, precondition (the layout has no attachments), unavailable, or data-loss when the object is
 * there with other bytes.
 */
export async function putAttachment(deps: LogDeps, content: Uint8Array, signal: AbortSignal): Promise<string> {
  if (content.length === 0 || content.length > ATTACHMENT_MAX_BYTES) {
    const description = `has ${String(content.length)} bytes, and wants 1 to ${String(ATTACHMENT_MAX_BYTES)}`;
    throw new SequencerError({ code: 'invalid', violations: [{ field: 'content', description }] });
  }
  const name = deps.layout.attachmentName(deps.hasher.sha256(content));
  if (name === undefined) {
    throw new SequencerError({ code: 'precondition', why: `a log of layout ${deps.layout.name} has no attachments` });
  }
  try {
    if ((await deps.store.public.create(name, content, signal)) === 'created') return name;
    const found = await deps.store.public.read(name, signal);
    if (found !== undefined && equalBytes(found.bytes, content)) return name;
  } catch (error) {
    // Putting is idempotent, so that it makes no difference whether the bytes were stored.
    if (!(error instanceof StoreError)) throw error;
    throw new SequencerError({ code: 'unavailable', why: error.message }, { cause: error });
  }
  throw dataLoss(name, 'its bytes do not hash to its name');
}
