import { Metadata } from '@grpc/grpc-js';
import assert from 'node:assert/strict';
import {
  AddRequest,
  AddResponse,
  Layout,
  Mode,
  Stage,
  type Entry,
  type GetLogResponse,
  type IntegrateResponse,
  type ListLogsResponse,
} from '../../proto/gen/andamento/v1/sequencer.js';
import { certificateEntry } from '../../test/certificate-entry.js';
import { plainEntry } from '../../test/sequencer-client.js';
import { createFaultScript } from '../../test/fault-script.js';
import { ask, detailsOf, failsWith, openRpcDoor, openTestLog, type RpcDoor } from '../../test/sequencer/rpc-door.js';
import { systemClock } from '../../service/clock.js';
import { equalBytes, toHex, utf8 } from '../../tlog/bytes.js';
import { parseCheckpoint } from '../../tlog/checkpoint.js';
import { EMPTY_ROOT, nobleHasher } from '../../tlog/hash.js';
import { rootOf } from '../../tlog/merkle.js';
import { parseNote } from '../../tlog/signed-note.js';
import { createMemoryLogStore } from '../storage/memory/memory-store.js';

const UINT32_MAX = 2 ** 32 - 1;
const ADD_PATH = '/andamento.v1.SequencerService/Add';

describe('SequencerService', () => {
  let door: RpcDoor;

  beforeEach(async () => {
    const soon = { time: systemClock, integrationDelayMs: 1 };
    door = await openRpcDoor([
      await openTestLog({ name: 'tiles', layout: 'tlog-tiles' }),
      await openTestLog({ name: 'certificates', layout: 'static-ct', origin: 'log.example/certificates' }),
      await openTestLog({ name: 'soon', layout: 'tlog-tiles', origin: 'log.example/soon', ...soon }),
    ]);
  });
  afterEach(async () => door.close());

  const add = async (log: string, entries: Entry[], waitFor: number = Stage.STAGE_DURABLE): Promise<AddResponse> => {
    // An enum of the proto is any int32.
    const request = Object.assign({ log, entries, waitFor: Stage.STAGE_DURABLE }, { waitFor });
    return ask((done) => door.client.add(request, done));
  };
  const getLog = async (log: string): Promise<GetLogResponse> => ask((done) => door.client.getLog({ log }, done));
  const nextIndex = async (log: string): Promise<number | undefined> => {
    const { state } = await getLog(log);
    return state?.nextIndex;
  };
  const sendAdd = async (request: Buffer): Promise<AddResponse | undefined> =>
    ask((done) =>
      door.client.makeUnaryRequest(
        ADD_PATH,
        (bytes: Buffer) => bytes,
        (bytes) => AddResponse.decode(bytes),
        request,
        new Metadata(),
        done,
      ),
    );

  describe('Add', () => {
    it('gives indices in order, one timestamp a call, and never an earlier one', async () => {
      const first = await add('tiles', [plainEntry(utf8('a')), plainEntry(utf8('b'))]);
      const second = await add('tiles', [plainEntry(utf8('c'))]);
      const all = [...first.added, ...second.added];
      assert.deepEqual(
        all.map(({ index, duplicate }) => ({ index, duplicate })),
        [0, 1, 2].map((index) => ({ index, duplicate: false })),
      );
      assert.equal(all[0]?.timestampMs, all[1]?.timestampMs);
      assert.ok((all[1]?.timestampMs ?? 0) <= (all[2]?.timestampMs ?? 0));
    });

    it('answers a duplicate with its first place, in the same call too', async () => {
      const first = await add('tiles', [plainEntry(utf8('a'))]);
      const again = await add('tiles', [plainEntry(utf8('b')), plainEntry(utf8('a')), plainEntry(utf8('b'))]);
      assert.deepEqual(again.added[1], { ...first.added[0], duplicate: true });
      assert.deepEqual(again.added[2], { ...again.added[0], duplicate: true });
      assert.equal(await nextIndex('tiles'), 2);
    });

    it('takes certificates', async () => {
      const { added } = await add('certificates', [certificateEntry(utf8('a')), certificateEntry(utf8('b'))]);
      assert.deepEqual(
        added.map(({ index }) => index),
        [0, 1],
      );
    });

    for (const waitFor of [Stage.STAGE_UNSPECIFIED, Stage.STAGE_DURABLE]) {
      it(`does not wait for integration with stage ${Stage[waitFor]}, and says so`, async () => {
        const response = await add('tiles', [plainEntry(utf8('a'))], waitFor);
        assert.equal(response.stage, Stage.STAGE_DURABLE);
        assert.equal(response.checkpoint, undefined);
      });
    }

    for (const waitFor of [Stage.STAGE_INTEGRATED, Stage.STAGE_PUBLISHED]) {
      it(`waits for ${Stage[waitFor]}`, async () => {
        const response = await add('soon', [plainEntry(utf8('a'))], waitFor);
        assert.ok(response.stage >= waitFor, Stage[response.stage]);
      });
    }

    it('answers PUBLISHED with a checkpoint that covers all entries', async () => {
      const entries = ['a', 'b', 'c'].map((text) => plainEntry(utf8(text)));
      const { checkpoint, added } = await add('soon', entries, Stage.STAGE_PUBLISHED);
      assert.ok(checkpoint !== undefined);
      const { origin, size, root } = parseCheckpoint(parseNote(checkpoint.signedNote).text);
      assert.deepEqual({ origin, size }, { origin: 'log.example/soon', size: 3 });
      assert.equal(checkpoint.treeSize, 3);
      const want = rootOf(
        nobleHasher,
        entries.map(({ data }) => nobleHasher.leaf(data)),
      );
      assert.equal(toHex(root), toHex(want));
      assert.ok(equalBytes(checkpoint.rootHash, root));
      assert.ok(added.every(({ timestampMs }) => timestampMs <= checkpoint.timestampMs));
    });

    it('says PUBLISHED of a duplicate that is, without being asked', async () => {
      await add('soon', [plainEntry(utf8('a'))], Stage.STAGE_PUBLISHED);
      const again = await add('soon', [plainEntry(utf8('a'))]);
      assert.equal(again.stage, Stage.STAGE_PUBLISHED);
      assert.equal(again.checkpoint?.treeSize, 1);
    });

    const hostile: { desc: string; log: string; entries: Entry[]; waitFor?: number; fields: string[] }[] = [
      { desc: 'no entries', log: 'tiles', entries: [], fields: ['entries'] },
      {
        desc: '1,025 entries',
        log: 'tiles',
        entries: Array<Entry>(1_025).fill(plainEntry(utf8('a'))),
        fields: ['entries'],
      },
      { desc: 'empty data', log: 'tiles', entries: [plainEntry(utf8(''))], fields: ['entries[0].data'] },
      {
        desc: 'more than 4 MiB',
        log: 'tiles',
        entries: Array<Entry>(65).fill(plainEntry(new Uint8Array(65_000))),
        fields: ['entries'],
      },
      {
        desc: 'offsets at the end of uint32',
        log: 'tiles',
        entries: [{ ...plainEntry(new Uint8Array(20)), timestampOffset: UINT32_MAX, indexOffset: UINT32_MAX - 4 }],
        fields: ['entries[0].timestamp_offset', 'entries[0].index_offset', 'entries[0].index_offset'],
      },
      {
        desc: 'a stage that does not exist',
        log: 'tiles',
        entries: [plainEntry(utf8('a'))],
        waitFor: 4,
        fields: ['wait_for'],
      },
      {
        desc: 'the greatest stage of int32, and everything else wrong too',
        log: 'tiles',
        entries: [plainEntry(utf8('')), { ...plainEntry(utf8('a')), leafPrefix: Buffer.of(0) }],
        waitFor: 2 ** 31 - 1,
        fields: ['wait_for', 'entries[0].data', 'entries[1].leaf_prefix'],
      },
      {
        desc: 'a negative stage',
        log: 'tiles',
        entries: [plainEntry(utf8('a'))],
        waitFor: -(2 ** 31),
        fields: ['wait_for'],
      },
      {
        desc: 'what is no certificate',
        log: 'certificates',
        entries: [plainEntry(utf8('a'))],
        fields: ['entries[0].leaf_prefix', 'entries[0].timestamp_offset', 'entries[0].index_offset'],
      },
      {
        desc: 'one wrong entry among right ones',
        log: 'tiles',
        entries: [plainEntry(utf8('a')), plainEntry(utf8('')), plainEntry(utf8('b'))],
        fields: ['entries[1].data'],
      },
    ];
    for (const { desc, log, entries, waitFor, fields } of hostile) {
      it(`refuses ${desc}: names the fields, and stores nothing`, async () => {
        const error = await failsWith('INVALID_ARGUMENT', add(log, entries, waitFor));
        const { violations, status } = detailsOf(error);
        assert.deepEqual(
          violations.map(({ field }) => field),
          fields,
        );
        assert.equal(status?.message, error.details);
        assert.equal(await nextIndex(log), 0);
      });
    }

    it('refuses four million empty entries at once, without making them', async () => {
      const request = Buffer.alloc(8 * 1024 * 1024 - 1_000).fill(Uint8Array.of(0x12, 0x00));
      const error = await failsWith('INVALID_ARGUMENT', sendAdd(request));
      assert.match(error.details, /^entries: has \d{7} entries, and at most 1024 are taken$/);
    });

    it('refuses a message of more than 8 MiB', async () => {
      const entries = [plainEntry(new Uint8Array(8 * 1024 * 1024))];
      const error = await failsWith('RESOURCE_EXHAUSTED', add('tiles', entries));
      assert.match(error.details, /larger than max/);
    });

    it('survives bytes that are no message', async () => {
      for (const bytes of [Uint8Array.of(0xff), Uint8Array.of(0x12, 0x7f), Uint8Array.of(0x0b)]) {
        await failsWith('INTERNAL', sendAdd(Buffer.from(bytes)));
      }
      assert.equal((await add('tiles', [plainEntry(utf8('a'))])).added.length, 1);
    });

    it('takes a message whose fields come in another order', async () => {
      const { log, ...rest } = { log: 'tiles', entries: [plainEntry(utf8('a'))], waitFor: Stage.STAGE_DURABLE };
      const [head, tail] = [
        { log: '', ...rest },
        { log, entries: [], waitFor: Stage.STAGE_UNSPECIFIED },
      ];
      const bytes = [head, tail].map((part) => AddRequest.encode(part).finish());
      assert.equal((await sendAdd(Buffer.concat(bytes)))?.added.length, 1);
    });
  });

  describe('the name of a log', () => {
    const known = 'certificates, soon, tiles';
    for (const { name, details } of [
      { name: 'nowhere', details: `no log is named "nowhere"; there are: ${known}` },
      { name: '', details: `log is empty, and this process serves several: ${known}` },
      { name: '__proto__', details: `no log is named "__proto__"; there are: ${known}` },
      { name: 'TILES', details: `no log is named "TILES"; there are: ${known}` },
      { name: 'x'.repeat(1_000_000), details: `no log is named "${'x'.repeat(64)}…"; there are: ${known}` },
    ]) {
      it(`is not found when it is ${JSON.stringify(name.slice(0, 20))}, by any rpc`, async () => {
        const { client } = door;
        const calls = [
          async () => add(name, [plainEntry(utf8('a'))]),
          async () => ask((done) => client.integrate({ log: name, alwaysWriteCheckpoint: false }, done)),
          async () => ask((done) => client.getLog({ log: name }, done)),
          async () => ask((done) => client.putAttachment({ log: name, content: Buffer.of(1) }, done)),
        ];
        for (const call of calls) assert.equal((await failsWith('NOT_FOUND', call())).details, details);
      });
    }

    it('may be empty where there is one log', async () => {
      const single = await openRpcDoor([await openTestLog({ name: 'only', layout: 'tlog-tiles' })]);
      const { identity } = await ask<GetLogResponse>((done) => single.client.getLog({ log: '' }, done));
      assert.equal(identity?.name, 'only');
      await single.close();
    });
  });

  describe('Integrate', () => {
    const integrate = async (log: string, alwaysWriteCheckpoint: boolean): Promise<IntegrateResponse> =>
      ask<IntegrateResponse>((done) => door.client.integrate({ log, alwaysWriteCheckpoint }, done));

    it('publishes what was durable before the call', async () => {
      await add('tiles', [plainEntry(utf8('a')), plainEntry(utf8('b'))]);
      const response = await integrate('tiles', false);
      assert.equal(response.treeSize, 2);
      assert.equal(response.checkpointWritten, true);
      const { size, root } = parseCheckpoint(parseNote(response.checkpoint).text);
      assert.equal(size, 2);
      assert.ok(equalBytes(root, response.rootHash));
    });

    it('writes no checkpoint when the tree did not grow', async () => {
      const first = await integrate('tiles', false);
      assert.equal(first.checkpointWritten, false);
      assert.equal(first.treeSize, 0);
      assert.ok(equalBytes(first.rootHash, EMPTY_ROOT));
      assert.deepEqual(await integrate('tiles', false), first);
    });

    it('writes one all the same when it is told to, of a later moment', async () => {
      const before = await integrate('certificates', false);
      const after = await integrate('certificates', true);
      assert.equal(after.checkpointWritten, true);
      assert.equal(after.treeSize, before.treeSize);
      assert.ok(after.timestampMs > before.timestampMs);
      assert.ok(!equalBytes(after.checkpoint, before.checkpoint));
    });

    it('lets calls that come during a run join the next one', async () => {
      const script = createFaultScript(createMemoryLogStore());
      const log = await openTestLog({ store: script.store });
      const single = await openRpcDoor([log]);
      const request = { log: '', alwaysWriteCheckpoint: true };
      const start = async (): Promise<IntegrateResponse> => ask((done) => single.client.integrate(request, done));
      const held = script.hold({ operation: 'swap', name: /^tree$/ });
      const running = start();
      await held.arrived;
      const waiting = Array.from({ length: 9 }, start);
      // They went out on the same connection, before it.
      await ask((done) => single.client.listLogs({}, done));
      held.release();
      const timestamps = (await Promise.all(waiting)).map(({ timestampMs }) => timestampMs);
      assert.equal(new Set(timestamps).size, 1);
      assert.ok((timestamps[0] ?? 0) > (await running).timestampMs);
      await single.close();
    });
  });

  describe('GetLog and ListLogs', () => {
    it('say what a log is and how far it has come', async () => {
      const { added } = await add('certificates', [certificateEntry(utf8('a'))]);
      const got = await getLog('certificates');
      assert.ok(got.identity !== undefined && got.state?.published !== undefined);
      const { publicKeys, ...identity } = got.identity;
      assert.deepEqual(identity, {
        name: 'certificates',
        origin: 'log.example/certificates',
        layout: Layout.LAYOUT_STATIC_CT,
      });
      assert.match(publicKeys[0]?.verifierKey ?? '', /^log\.example\/certificates\+[0-9a-f]{8}\+/);
      assert.equal(publicKeys[0]?.spki.length, 91);
      const { published, ...state } = got.state;
      assert.deepEqual(state, {
        mode: Mode.MODE_SERVING,
        stopReason: '',
        nextIndex: 1,
        integratedSize: 0,
        oldestUnpublishedTimestampMs: added[0]?.timestampMs,
        leader: door.server.address,
      });
      assert.equal(published.treeSize, 0);
      assert.equal(parseCheckpoint(parseNote(published.signedNote).text).size, 0);
    });

    it('say that nothing is unpublished once it is published', async () => {
      await add('soon', [plainEntry(utf8('a'))], Stage.STAGE_PUBLISHED);
      const { state } = await getLog('soon');
      assert.equal(state?.oldestUnpublishedTimestampMs, undefined);
      assert.deepEqual([state?.nextIndex, state?.integratedSize, state?.published?.treeSize], [1, 1, 1]);
    });

    it('list every log, by name, as GetLog describes it', async () => {
      const { logs } = await ask<ListLogsResponse>((done) => door.client.listLogs({}, done));
      const names = logs.map(({ identity }) => identity?.name ?? '');
      assert.deepEqual(names, ['certificates', 'soon', 'tiles']);
      const each = await Promise.all(names.map(getLog));
      assert.deepEqual(logs, each);
    });
  });

  describe('PutAttachment', () => {
    const put = async (content: Uint8Array, log = 'certificates'): Promise<string> => {
      const request = { log, content: Buffer.from(content) };
      const { path } = await ask<{ path: string }>((done) => door.client.putAttachment(request, done));
      return path;
    };

    it('answers with the name, also when the object is there already', async () => {
      const abc = 'issuer/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
      assert.equal(await put(utf8('abc')), abc);
      assert.equal(await put(utf8('abc')), abc);
    });

    it('takes 256 KiB, and not a byte more, and not none', async () => {
      await put(new Uint8Array(262_144));
      for (const size of [0, 262_145]) {
        const { violations } = detailsOf(await failsWith('INVALID_ARGUMENT', put(new Uint8Array(size))));
        const description = `has ${size} bytes, and wants 1 to 262144`;
        assert.deepEqual(violations, [{ field: 'content', description }]);
      }
    });

    it('says that a tlog-tiles log has no place for it', async () => {
      const error = await failsWith('FAILED_PRECONDITION', put(utf8('abc'), 'tiles'));
      assert.equal(error.details, 'a log of layout tlog-tiles has no attachments');
    });
  });
});
