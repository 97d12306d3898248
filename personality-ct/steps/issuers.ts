import { LRUCache } from 'lru-cache';
import type { Issuer } from '../core/issuer.js';
import { answered, failed, type Answer, type SequencerLog } from '../ports/sequencer.js';

/** Of how many issuers is remembered that they are stored. All intermediates of the Web's PKI are some 3,000. */
const STORED_ISSUERS_MAX = 16_384;

/** Sees to it that issuers are public before an entry refers to them. */
export interface IssuerStore {
  /** Stores those of the issuers that are not known to be stored. */
  store(issuers: readonly Issuer[]): Promise<Answer<void>>;
  /** Forgets what is stored: the sequencer may be another one now, with other storage. */
  readonly forget: () => void;
}

/**
 * Puts each issuer once, and remembers that; concurrent submissions share one call. The memory is bounded, and losing some
 * of it costs only a repeated call.
 */
export function createIssuerStore(sequencer: Pick<SequencerLog, 'putAttachment'>): IssuerStore {
  let stored = new LRUCache<string, true>({ max: STORED_ISSUERS_MAX });
  const underWay = new Map<string, Promise<Answer<void>>>();

  function storeOne(issuer: Issuer): Promise<Answer<void>> {
    const { fingerprintHex } = issuer;
    const other = underWay.get(fingerprintHex);
    if (other) return other;
    const memory = stored;
    const call = put(issuer).then((answer) => {
      if (answer.kind === 'answered') memory.set(fingerprintHex, true);
      return answer;
    });
    underWay.set(fingerprintHex, call);
    void call.finally(() => underWay.delete(fingerprintHex)).catch(() => undefined);
    return call;
  }

  async function put({ der, fingerprintHex }: Issuer): Promise<Answer<void>> {
    const answer = await sequencer.putAttachment(der);
    if (answer.kind === 'failed') return answer;
    const expected = `issuer/${fingerprintHex}`;
    return answer.value === expected
      ? answered(undefined)
      : failed('contradiction', `issuer ${expected} was stored as '${answer.value}'`);
  }

  return {
    async store(issuers) {
      const missing = issuers.filter(({ fingerprintHex }) => stored.get(fingerprintHex) === undefined);
      if (missing.length === 0) return answered(undefined);
      const answers = await Promise.all(missing.map(storeOne));
      return answers.find(({ kind }) => kind === 'failed') ?? answered(undefined);
    },
    forget() {
      stored = new LRUCache({ max: STORED_ISSUERS_MAX });
      underWay.clear();
    },
  };
}
