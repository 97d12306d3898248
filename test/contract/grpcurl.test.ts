import assert from 'node:assert/strict';
import type { Entry } from '../../proto/gen/andamento/v1/sequencer.js';
import { utf8 } from '../../tlog/bytes.js';
import { parseCheckpoint } from '../../tlog/checkpoint.js';
import { decodeRfc6962NoteSignature } from '../../tlog/rfc6962.js';
import { parseNote } from '../../tlog/signed-note.js';
import { certificateEntry } from '../certificate-entry.js';
import { describeUnless } from '../describe-unless.js';
import { judgeMissing, runJudge } from '../judges/judge.js';
import { useProcesses } from '../processes.js';

const SERVICE = 'andamento.v1.SequencerService';
const STREAM_SECONDS = '1';

describeUnless(judgeMissing('grpcurl'), 'the contract, as grpcurl sees it without a proto file', () => {
  const processes = useProcesses();
  let rpc: string;
  let read: string;

  before(async () => {
    const certificates = processes.makeKey('certificates.pem', 'p256');
    const tiles = processes.makeKey('tiles.pem', 'ed25519');
    const sequencer = await processes.startSequencer({
      logs: [
        {
          name: 'certificates',
          origin: 'example.com/certificates',
          layout: 'static-ct',
          store: { posix: { directory: 'certificates' } },
          signers: [{ type: 'rfc6962', keyFile: certificates.file }],
        },
        {
          name: 'tiles',
          origin: 'example.com/tiles',
          layout: 'tlog-tiles',
          store: { memory: {} },
          signers: [{ type: 'ed25519', keyFile: tiles.file }],
        },
      ],
    });
    ({ rpc, read } = sequencer.addresses);
  });

  /** Calls an rpc, and returns what grpcurl made of the answer. */
  async function call<Response>(method: string, request: object, options: readonly string[] = []): Promise<Response> {
    const { code, stdout, stderr } = await grpcurl(method, request, options);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as Response;
  }
  function grpcurl(method: string, request: object, options: readonly string[] = []): ReturnType<typeof runJudge> {
    return runJudge('grpcurl', ['-plaintext', ...options, '-d', JSON.stringify(request), rpc, method]);
  }
  async function servedCheckpoint(): Promise<Uint8Array> {
    const response = await fetch(`${read}/certificates/checkpoint`);
    assert.equal(response.status, 200);
    return new Uint8Array(await response.arrayBuffer());
  }

  describe('reflection', () => {
    it('lists the services', async () => {
      const { stdout } = await runJudge('grpcurl', ['-plaintext', rpc, 'list']);
      const services = stdout.trim().split('\n');
      for (const service of [SERVICE, 'grpc.health.v1.Health', 'grpc.reflection.v1.ServerReflection']) {
        assert.ok(services.includes(service), `${service} in ${services.join(', ')}`);
      }
    });

    it('describes every method of the sequencer', async () => {
      const { stdout } = await runJudge('grpcurl', ['-plaintext', rpc, 'describe', SERVICE]);
      const methods = [...stdout.matchAll(/rpc (\w+) /g)].map(([, method]) => method);
      assert.deepEqual(methods.sort(), ['Add', 'GetLog', 'Integrate', 'ListLogs', 'PutAttachment', 'WatchCheckpoints']);
    });
  });

  describe('Add', () => {
    it('gives an entry its index, and the same one when it comes again', async () => {
      const request = { log: 'tiles', entries: [{ data: base64('an entry') }], waitFor: 'STAGE_PUBLISHED' };
      const first = await call<AddAnswer>(`${SERVICE}/Add`, request);
      assert.equal(first.stage, 'STAGE_PUBLISHED');
      assert.equal(first.checkpoint?.treeSize, '1');
      assert.equal(first.added[0]?.duplicate, undefined);
      const again = await call<AddAnswer>(`${SERVICE}/Add`, request);
      assert.deepEqual(again.added[0], { ...first.added[0], duplicate: true });
    });

    it('fills the holes of a static-ct entry', async () => {
      const answer = await call<AddAnswer>(`${SERVICE}/Add`, {
        log: 'certificates',
        entries: [protojson(certificateEntry(utf8('a certificate')))],
      });
      assert.ok(Math.abs(Number(answer.added[0]?.timestampMs) - Date.now()) < 60_000);
    });
  });

  describe('Integrate', () => {
    it('with alwaysWriteCheckpoint moves the timestamp and not the size', async () => {
      await call<IntegrateAnswer>(`${SERVICE}/Integrate`, { log: 'certificates' });
      const before = await servedCheckpoint();
      const answer = await call<IntegrateAnswer>(`${SERVICE}/Integrate`, {
        log: 'certificates',
        alwaysWriteCheckpoint: true,
      });
      assert.equal(answer.checkpointWritten, true);
      const after = await servedCheckpoint();
      assert.deepEqual(after, new Uint8Array(Buffer.from(answer.checkpoint, 'base64')));
      assert.equal(head(after).size, head(before).size);
      assert.ok(head(after).timestamp > head(before).timestamp);
      assert.equal(head(after).timestamp, Number(answer.timestampMs));
    });

    it('without it, and without entries, leaves the bytes of the checkpoint as they are', async () => {
      await call<IntegrateAnswer>(`${SERVICE}/Integrate`, { log: 'certificates' });
      const before = await servedCheckpoint();
      const answer = await call<IntegrateAnswer>(`${SERVICE}/Integrate`, { log: 'certificates' });
      assert.equal(answer.checkpointWritten, undefined);
      assert.deepEqual(await servedCheckpoint(), before);
    });
  });

  describe('WatchCheckpoints', () => {
    it('begins with the current checkpoint', async () => {
      const { stdout } = await grpcurl(`${SERVICE}/WatchCheckpoints`, { log: 'certificates' }, [
        '-max-time',
        STREAM_SECONDS,
      ]);
      assert.match(stdout, new RegExp(`"signedNote": "${Buffer.from(await servedCheckpoint()).toString('base64')}"`));
    });
  });

  describe('errors', () => {
    it('name the field that is wrong', async () => {
      const { code, stderr } = await grpcurl(`${SERVICE}/Add`, { log: 'tiles', entries: [{}] });
      assert.notEqual(code, 0);
      assert.match(stderr, /Code: InvalidArgument/);
      assert.match(stderr, /google\.rpc\.BadRequest/);
      assert.match(stderr, /"field": "entries\[0\]\.data"/);
    });

    it('say that there is no such log', async () => {
      const { stderr } = await grpcurl(`${SERVICE}/GetLog`, { log: 'nowhere' });
      assert.match(stderr, /Code: NotFound/);
      assert.match(stderr, /nowhere/);
    });

    it('say that a log must be named where there are several', async () => {
      const { stderr } = await grpcurl(`${SERVICE}/Integrate`, {});
      assert.match(stderr, /Code: NotFound/);
      assert.match(stderr, /certificates, tiles/);
    });
  });

  describe('health', () => {
    const CHECK = 'grpc.health.v1.Health/Check';

    it('answers Check for the process and for each log', async () => {
      for (const service of ['', SERVICE, `${SERVICE}/certificates`, `${SERVICE}/tiles`]) {
        assert.deepEqual(await call(CHECK, { service }), { status: 'SERVING' }, `service '${service}'`);
      }
    });

    it('does not know a log that is not there', async () => {
      assert.match((await grpcurl(CHECK, { service: `${SERVICE}/nowhere` })).stderr, /Code: NotFound/);
    });

    it('answers Watch with the present state first', async () => {
      const { stdout } = await grpcurl('grpc.health.v1.Health/Watch', { service: `${SERVICE}/tiles` }, [
        '-max-time',
        STREAM_SECONDS,
      ]);
      assert.deepEqual(JSON.parse(stdout), { status: 'SERVING' });
    });
  });
});

/** protojson: 64-bit numbers are strings, and what has its default value is left out. */
interface AddAnswer {
  readonly added: readonly { readonly index?: string; readonly timestampMs: string; readonly duplicate?: true }[];
  readonly stage: string;
  readonly checkpoint?: { readonly treeSize: string };
}

interface IntegrateAnswer {
  readonly checkpoint: string;
  readonly checkpointWritten?: true;
  readonly timestampMs: string;
}

function base64(data: Uint8Array | string): string {
  return Buffer.from(data).toString('base64');
}

/** In protojson, bytes are base64. */
function protojson({ leafPrefix, data, trailer, ...offsets }: Entry): object {
  return { leafPrefix: base64(leafPrefix), data: base64(data), trailer: base64(trailer), ...offsets };
}

/** Size and timestamp of a checkpoint that carries an RFC 6962 signature alone. */
function head(checkpoint: Uint8Array): { size: number; timestamp: number } {
  const { text, signatures } = parseNote(checkpoint);
  const [signature] = signatures;
  assert.ok(signature !== undefined);
  return { size: parseCheckpoint(text).size, timestamp: decodeRfc6962NoteSignature(signature.signature).timestamp };
}
