import * as wire from '../../proto/gen/andamento/v1/sequencer.js';
import { sha256Of } from '../../tlog/hash.js';
import { leafIndex, timestampMs, treeSize } from '../../tlog/scalars.js';
import type { LogEntry } from '../core/entry.js';
import type { Added, Integrated, LogReport, PublishedCheckpoint, WaitFor } from '../ports/sequencer.js';

const STAGES: Readonly<Record<WaitFor, wire.Stage>> = {
  durable: wire.Stage.STAGE_DURABLE,
  published: wire.Stage.STAGE_PUBLISHED,
};

const LAYOUTS: ReadonlyMap<wire.Layout, LogReport['layout']> = new Map<wire.Layout, LogReport['layout']>([
  [wire.Layout.LAYOUT_STATIC_CT, 'static-ct'],
  [wire.Layout.LAYOUT_TLOG_TILES, 'tlog-tiles'],
]);

const MODES: ReadonlyMap<wire.Mode, LogReport['mode']> = new Map<wire.Mode, LogReport['mode']>([
  [wire.Mode.MODE_STARTING, 'starting'],
  [wire.Mode.MODE_SERVING, 'serving'],
  [wire.Mode.MODE_DRAINING, 'draining'],
  [wire.Mode.MODE_STOPPED, 'stopped'],
]);

/** An answer that is not what the contract says. */
export class ContradictionError extends Error {
  override readonly name = 'ContradictionError';
}

/** The request that adds these entries. The bytes are not copied. */
export function addRequest(log: string, entries: readonly LogEntry[], waitFor: WaitFor): wire.AddRequest {
  return { log, entries: entries.map(wireEntry), waitFor: STAGES[waitFor] };
}

function wireEntry({ leafPrefix, data, trailer, timestampOffset, indexOffset }: LogEntry): wire.Entry {
  return {
    leafPrefix: bufferOf(leafPrefix),
    data: bufferOf(data),
    trailer: bufferOf(trailer),
    timestampOffset,
    indexOffset,
  };
}

/** The same bytes as a Buffer. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Reads the answer to an Add call. @throws ContradictionError, TlogError when a number is out of range */
export function readAdded({ added, stage, checkpoint }: wire.AddResponse, waitFor: WaitFor): Added {
  if (stage < STAGES[waitFor]) {
    throw new ContradictionError(`${waitFor} was waited for, but the answer came at ${wire.Stage[stage]}`);
  }
  return {
    entries: added.map(({ index, timestampMs: timestamp, duplicate }) => ({
      index: leafIndex(index),
      timestamp: timestampMs(timestamp),
      duplicate,
    })),
    checkpoint: checkpoint && readCheckpoint(checkpoint),
  };
}

/** Reads a checkpoint. @throws ContradictionError when there is none, TlogError when a number is out of range */
export function readCheckpoint(checkpoint: wire.Checkpoint | undefined): PublishedCheckpoint {
  if (checkpoint === undefined) throw new ContradictionError('a checkpoint is missing in the answer');
  return {
    size: treeSize(checkpoint.treeSize),
    root: sha256Of(checkpoint.rootHash),
    timestamp: timestampMs(checkpoint.timestampMs),
  };
}

/** Reads the answer to an Integrate call. @throws TlogError when a number is out of range */
export function readIntegrated(response: wire.IntegrateResponse): Integrated {
  const { treeSize: size, rootHash, checkpoint, timestampMs, checkpointWritten } = response;
  const published = readCheckpoint({ treeSize: size, rootHash, timestampMs, signedNote: checkpoint });
  return { checkpoint: published, written: checkpointWritten };
}

/** Reads the answer to a GetLog call. @throws ContradictionError, TlogError when a number is out of range */
export function readLogReport({ identity, state }: wire.GetLogResponse): LogReport {
  if (identity === undefined || state === undefined)
    throw new ContradictionError('GetLog has left out half its answer');
  const oldest = state.oldestUnpublishedTimestampMs;
  return {
    origin: identity.origin,
    layout: LAYOUTS.get(identity.layout) ?? 'unknown',
    publicKeys: identity.publicKeys.map(({ spki }) => spki),
    mode: MODES.get(state.mode) ?? 'unknown',
    stopReason: state.stopReason,
    published: state.published && readCheckpoint(state.published),
    oldestUnpublished: oldest === undefined ? undefined : timestampMs(oldest),
  };
}
