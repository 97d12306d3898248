import {
  Layout,
  Mode,
  Stage,
  type AddResponse,
  type Checkpoint,
  type Entry as EntryMessage,
  type GetLogResponse,
  type IntegrateResponse,
} from '../../proto/gen/andamento/v1/sequencer.js';
import type { Entry } from '../core/entry.js';
import type { LayoutName } from '../core/layout.js';
import type { LogIdentity } from '../core/log-identity.js';
import type { FieldViolation } from '../core/sequencer-error.js';
import type { SignedCheckpoint } from '../core/signed-checkpoint.js';
import type { IntegrationOutcome } from '../steps/integrator.js';
import type { LogState } from '../steps/log-state.js';
import type { AddResult, Log, Stage as StageName } from '../steps/log.js';

const STAGES: Readonly<Record<StageName, Stage>> = {
  durable: Stage.STAGE_DURABLE,
  integrated: Stage.STAGE_INTEGRATED,
  published: Stage.STAGE_PUBLISHED,
};

const LAYOUTS: Readonly<Record<LayoutName, Layout>> = {
  'static-ct': Layout.LAYOUT_STATIC_CT,
  'tlog-tiles': Layout.LAYOUT_TLOG_TILES,
};

const MODES: Readonly<Record<LogState['mode'], Mode>> = {
  starting: Mode.MODE_STARTING,
  serving: Mode.MODE_SERVING,
  draining: Mode.MODE_DRAINING,
  stopped: Mode.MODE_STOPPED,
};

const STAGE_NAMES: ReadonlyMap<Stage, StageName> = new Map([
  [Stage.STAGE_UNSPECIFIED, 'durable'],
  [Stage.STAGE_DURABLE, 'durable'],
  [Stage.STAGE_INTEGRATED, 'integrated'],
  [Stage.STAGE_PUBLISHED, 'published'],
]);

/** What is wrong with the stage that a request waits for: an enum arrives as any number. */
export function stageViolations(waitFor: Stage): FieldViolation[] {
  if (STAGE_NAMES.has(waitFor)) return [];
  return [{ field: 'wait_for', description: `${String(waitFor)} is not a stage` }];
}

/** @throws RangeError for what stageViolations() refuses. */
export function stageName(waitFor: Stage): StageName {
  const name = STAGE_NAMES.get(waitFor);
  if (name !== undefined) return name;
  throw new RangeError(`${String(waitFor)} is not a stage`);
}

export function entryOf(message: EntryMessage): Entry {
  const { leafPrefix, data, trailer, timestampOffset, indexOffset } = message;
  const holes = {
    ...(timestampOffset === undefined ? {} : { timestamp: timestampOffset }),
    ...(indexOffset === undefined ? {} : { index: indexOffset }),
  };
  return { leafPrefix, data, trailer, holes };
}

export function addResponse({ added, stage, checkpoint }: AddResult): AddResponse {
  return {
    added: added.map(({ index, timestamp, duplicate }) => ({ index, timestampMs: timestamp, duplicate })),
    stage: STAGES[stage],
    checkpoint: checkpoint && checkpointMessage(checkpoint),
  };
}

export function integrateResponse({ checkpoint, written }: IntegrationOutcome): IntegrateResponse {
  return {
    treeSize: checkpoint.size,
    rootHash: buffer(checkpoint.root),
    checkpoint: buffer(checkpoint.note),
    checkpointWritten: written,
    timestampMs: checkpoint.timestamp,
  };
}

export function checkpointMessage({ size, root, timestamp, note }: SignedCheckpoint): Checkpoint {
  return { treeSize: size, rootHash: buffer(root), timestampMs: timestamp, signedNote: buffer(note) };
}

/** @param leader the gRPC address of the leader, as clients see it. */
export function logMessage(log: Log, leader: string): GetLogResponse {
  const state = log.state();
  return {
    identity: identityMessage(log.identity),
    state: {
      mode: MODES[state.mode],
      stopReason: state.stopReason,
      nextIndex: state.nextIndex,
      integratedSize: state.integratedSize,
      published: state.published && checkpointMessage(state.published),
      oldestUnpublishedTimestampMs: state.oldestUnpublished,
      leader,
    },
  };
}

function identityMessage({ name, origin, layout, publicKeys }: LogIdentity): GetLogResponse['identity'] {
  return {
    name,
    origin,
    layout: LAYOUTS[layout],
    publicKeys: publicKeys.map(({ verifierKey, spki }) => ({ verifierKey, spki: buffer(spki) })),
  };
}

/** The same bytes, as the generated code wants them. */
function buffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
