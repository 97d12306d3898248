import { Stage } from '../../proto/gen/andamento/v1/sequencer.js';
import { utf8 } from '../../tlog/bytes.js';
import { certificateEntry } from '../certificate-entry.js';
import type { SequencerClient } from '../sequencer-client.js';

/** What the sequencer has promised of one entry. */
export interface Acknowledged {
  /** The certificate, which is a text that no other entry has. */
  readonly text: string;
  readonly index: number;
  readonly timestampMs: number;
}

/** Several callers that add entries as fast as they are answered. */
export interface Load {
  /** Everything that was acknowledged so far. */
  readonly acknowledged: readonly Acknowledged[];
  /** Ends the callers. @returns the texts of which it is not known whether they were stored. */
  end(): Promise<string[]>;
}

const CALLERS = 8;
const ENTRIES_A_CALL_MAX = 4;

/**
 * Adds entries until a call fails, which is when the sequencer was killed, or until the end is asked for.
 * @param unsettled texts that an earlier load left unsettled: they come first.
 */
export function startLoad(
  client: SequencerClient,
  { log, round, unsettled }: { log: string; round: number; unsettled: readonly string[] },
): Load {
  const acknowledged: Acknowledged[] = [];
  const open = new Set(unsettled);
  let made = 0;
  let ended = false;

  function nextTexts(caller: number): string[] {
    if (made === 0 && caller === 0 && unsettled.length > 0) return [...unsettled];
    return Array.from({ length: 1 + ((made + caller) % ENTRIES_A_CALL_MAX) }, () => `round ${round}, entry ${++made}`);
  }
  async function call(caller: number): Promise<void> {
    while (!ended) {
      const texts = nextTexts(caller);
      for (const text of texts) open.add(text);
      const entries = texts.map((text) => certificateEntry(utf8(text)));
      const { added } = await client.add({ log, entries, waitFor: Stage.STAGE_DURABLE });
      added.forEach(({ index, timestampMs }, i) => {
        const text = texts[i];
        if (text === undefined) throw new Error(`${added.length} answers for ${texts.length} entries`);
        acknowledged.push({ text, index, timestampMs });
        open.delete(text);
      });
    }
  }
  // A call that fails ends its caller; what it had sent stays open.
  const callers = Promise.allSettled(Array.from({ length: CALLERS }, (_, caller) => call(caller)));
  return {
    acknowledged,
    async end() {
      ended = true;
      await callers;
      return [...open];
    },
  };
}
