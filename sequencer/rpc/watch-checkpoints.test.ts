import { credentials, type ClientReadableStream, type ServiceError } from '@grpc/grpc-js';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import {
  SequencerServiceClient,
  type Checkpoint,
  type IntegrateResponse,
  type WatchCheckpointsResponse,
} from '../../proto/gen/andamento/v1/sequencer.js';
import { settle } from '../../test/clock.js';
import { ask, failsWith, openRpcDoor, openTestLog, type RpcDoor } from '../../test/sequencer/rpc-door.js';
import { until } from '../../test/until.js';
import { EMPTY_ROOT } from '../../tlog/hash.js';
import { timestampMs, treeSize } from '../../tlog/scalars.js';
import { dataLoss } from '../core/sequencer-error.js';
import type { SignedCheckpoint } from '../core/signed-checkpoint.js';
import { createCheckpointFeed } from '../steps/checkpoint-feed.js';
import type { Log } from '../steps/log.js';

const WAIT_MS = 5_000;

/** A watch and what it has received. Its end is the error with which it ended. */
interface Watch {
  readonly received: Checkpoint[];
  readonly stream: ClientReadableStream<WatchCheckpointsResponse>;
  readonly end: Promise<ServiceError>;
}

function watch(client: SequencerServiceClient, log = ''): Watch {
  const stream = client.watchCheckpoints({ log });
  const received: Checkpoint[] = [];
  stream.on('data', ({ checkpoint }: WatchCheckpointsResponse) => {
    assert.ok(checkpoint !== undefined);
    received.push(checkpoint);
  });
  const end = new Promise<ServiceError>((resolve) => {
    stream.on('error', (error) => {
      resolve(error as ServiceError);
    });
  });
  return { received, stream, end };
}

async function untilReceived({ received }: Watch, count: number): Promise<void> {
  await until(`${count} checkpoints`, WAIT_MS, () => (received.length >= count ? true : undefined));
}

describe('WatchCheckpoints', () => {
  let log: Log;
  let door: RpcDoor;

  beforeEach(async () => {
    log = await openTestLog();
    door = await openRpcDoor([log]);
  });
  afterEach(async () => door.close());

  const renew = async (): Promise<IntegrateResponse> =>
    ask((done) => door.client.integrate({ log: '', alwaysWriteCheckpoint: true }, done));

  it('begins with the current checkpoint', async () => {
    const renewed = await renew();
    const watching = watch(door.client);
    await untilReceived(watching, 1);
    assert.deepEqual(watching.received, [
      {
        treeSize: renewed.treeSize,
        rootHash: renewed.rootHash,
        timestampMs: renewed.timestampMs,
        signedNote: renewed.checkpoint,
      },
    ]);
    watching.stream.cancel();
  });

  it('goes on with every checkpoint that is published, in order, to everyone', async () => {
    const watches = [watch(door.client), watch(door.client)];
    for (const one of watches) await untilReceived(one, 1);
    const published: number[] = [];
    for (let i = 0; i < 5; i++) {
      published.push((await renew()).timestampMs);
      for (const one of watches) await untilReceived(one, 2 + i);
    }
    for (const { received, stream } of watches) {
      assert.deepEqual(
        received.slice(1).map((checkpoint) => checkpoint.timestampMs),
        published,
      );
      stream.cancel();
    }
  });

  it('says that there is no such log', async () => {
    const { end, received } = watch(door.client, 'nowhere');
    await failsWith('NOT_FOUND', Promise.reject(await end));
    assert.deepEqual(received, []);
  });

  it('ends with UNAVAILABLE when the log drains, after the last checkpoint', async () => {
    const watching = watch(door.client);
    await untilReceived(watching, 1);
    await log.drain();
    await failsWith('UNAVAILABLE', Promise.reject(await watching.end));
  });
});

describe('WatchCheckpoints over a feed', () => {
  /** Large enough that few of them fill what the connection takes without a reader. */
  const NOTE_SIZE_BYTES = 100_000;

  function checkpointAt(size: number): SignedCheckpoint {
    return {
      size: treeSize(size),
      root: EMPTY_ROOT,
      timestamp: timestampMs(size),
      note: new Uint8Array(NOTE_SIZE_BYTES),
    };
  }

  let door: RpcDoor;

  /** A log that has nothing but a feed, with the watches that go on. */
  async function openFeed(): Promise<{
    feed: ReturnType<typeof createCheckpointFeed>;
    open: Set<AbortSignal>;
  }> {
    const feed = createCheckpointFeed();
    const open = new Set<AbortSignal>();
    const log: Log = {
      ...(await openTestLog()),
      async *watchCheckpoints(signal) {
        open.add(signal);
        try {
          yield* feed.watch(signal);
        } finally {
          open.delete(signal);
        }
      },
    };
    door = await openRpcDoor([log]);
    return { feed, open };
  }
  afterEach(async () => door.close());

  it('skips to the newest checkpoint for a reader that is slow', async () => {
    const { feed } = await openFeed();
    const watching = watch(door.client);
    feed.publish(checkpointAt(1));
    await untilReceived(watching, 1);
    watching.stream.pause();
    const last = 200;
    for (let size = 2; size <= last; size++) {
      feed.publish(checkpointAt(size));
      await settle();
    }
    watching.stream.resume();
    await until('the newest', WAIT_MS, () => (watching.received.at(-1)?.treeSize === last ? true : undefined));
    const sizes = watching.received.map(({ treeSize: size }) => size);
    assert.deepEqual(
      sizes,
      sizes.toSorted((a, b) => a - b),
    );
    // What the connection had taken when the reader stopped (here 2 MB), and no more.
    assert.ok(sizes.length < last / 4, `received ${sizes.join(', ')}`);
    watching.stream.cancel();
  });

  it('lets go of a reader that cancels, also of one that has stopped reading', async () => {
    const { feed, open } = await openFeed();
    feed.publish(checkpointAt(1));
    const [idle, slow] = [watch(door.client), watch(door.client)];
    await untilReceived(idle, 1);
    await untilReceived(slow, 1);
    slow.stream.pause();
    for (let size = 2; size < 20; size++) {
      feed.publish(checkpointAt(size));
      await settle();
    }
    assert.equal(open.size, 2);
    idle.stream.cancel();
    slow.stream.cancel();
    await until('the end of both watches', WAIT_MS, () => (open.size === 0 ? true : undefined));
  });

  it('lets go of a reader whose connection breaks', async () => {
    const { feed, open } = await openFeed();
    feed.publish(checkpointAt(1));
    const { address, cut } = await openCable(door.server.address);
    const other = new SequencerServiceClient(address, credentials.createInsecure());
    const watching = watch(other);
    await untilReceived(watching, 1);
    cut();
    await until('the end of the watch', WAIT_MS, () => (open.size === 0 ? true : undefined));
    await failsWith('UNAVAILABLE', Promise.reject(await watching.end));
    other.close();
  });

  it('ends when the feed ends, with the reason', async () => {
    const { feed, open } = await openFeed();
    const watching = watch(door.client);
    await until('the watch', WAIT_MS, () => (open.size === 1 ? true : undefined));
    feed.end(dataLoss('tree', 'it is damaged'));
    const error = await failsWith('DATA_LOSS', Promise.reject(await watching.end));
    assert.equal(error.details, 'tree: it is damaged');
    assert.equal(open.size, 0);
  });
});

/** A way to `target` that can be cut. */
async function openCable(target: string): Promise<{ address: string; cut: () => void }> {
  const [host, port] = target.split(':');
  const sockets: Socket[] = [];
  const server = createServer((near) => {
    const far = connect(Number(port), host);
    for (const socket of [near, far]) {
      socket.on('error', () => undefined);
      sockets.push(socket);
    }
    near.pipe(far).pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
