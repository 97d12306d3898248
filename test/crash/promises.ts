import assert from 'node:assert/strict';
import type { AddResult } from '../../sequencer/steps/log.js';
import type { Place } from '../../sequencer/core/batch-plan.js';

/** What a log has promised to those who called it. */
export interface Promises {
  /** Every text that was ever sent. */
  readonly sent: ReadonlySet<string>;
  /** Where the log has said that a text is. */
  readonly places: ReadonlyMap<string, Place>;
  /** The names of the attachments that it has taken. */
  readonly attachments: ReadonlySet<string>;
  sending(texts: readonly string[]): void;
  /** Takes note of an answer. @throws AssertionError when it contradicts an earlier one, or itself. */
  answered(texts: readonly string[], result: AddResult): void;
  readonly stored: (attachment: string) => void;
}

/** Nothing is promised yet. */
export function createPromises(): Promises {
  const sent = new Set<string>();
  const places = new Map<string, Place>();
  const taken = new Set<string>();
  const attachments = new Set<string>();
  return {
    sent,
    places,
    attachments,
    sending(texts) {
      for (const text of texts) sent.add(text);
    },
    answered(texts, { added, stage, checkpoint }) {
      assert.equal(added.length, texts.length, 'one answer for each entry');
      assert.equal(stage === 'published', checkpoint !== undefined, 'a checkpoint comes with what is published');
      added.forEach(({ index, timestamp, duplicate }, i) => {
        const text = texts[i] ?? '';
        assert.deepEqual({ index, timestamp }, places.get(text) ?? { index, timestamp }, text);
        assert.ok(checkpoint === undefined || index < checkpoint.size, `the checkpoint covers '${text}'`);
        // Answers may overtake each other, but one alone can say that it was the first.
        assert.ok(duplicate || !taken.has(text), `'${text}' is new once`);
        if (!duplicate) taken.add(text);
        places.set(text, { index, timestamp });
      });
    },
    stored: (attachment) => void attachments.add(attachment),
  };
}
