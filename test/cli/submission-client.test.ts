import assert from 'node:assert/strict';
import { createSubmissionClient, type SubmissionClient } from '../../cli/submit/submission-client.js';
import { CannotLookError } from '../../cli/public-log/public-objects.js';
import { createManualClock, settle } from '../clock.js';
import { useHttpServers } from './http-server.js';

const CHAIN = [Uint8Array.of(1, 2, 3)];

describe('createSubmissionClient()', () => {
  const serve = useHttpServers();
  const { signal } = new AbortController();

  function client(url: URL, clock = createManualClock()): SubmissionClient {
    return createSubmissionClient(url.href.replace(/\/$/, ''), { clock, timeoutMs: 60_000 });
  }

  it('posts the chain in base64', async () => {
    let body = '';
    const url = await serve((request, response) => {
      assert.equal(request.url, '/log/ct/v1/add-pre-chain');
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => response.end('{"sct_version":0}'));
    });
    const answer = await client(url).submit('add-pre-chain', CHAIN, signal);
    assert.deepEqual(answer, { kind: 'sct', json: { sct_version: 0 } });
    assert.equal(body, '{"chain":["AQID"]}');
  });

  it('repeats what the log says when it refuses', async () => {
    const url = await serve((_request, response) =>
      response.writeHead(400).end('{"code":"wrong-order","message":"chain[1] is not the issuer of chain[0]"}'),
    );
    const answer = await client(url).submit('add-chain', CHAIN, signal);
    assert.deepEqual(answer, { kind: 'refused', reason: 'chain[1] is not the issuer of chain[0] (400 wrong-order)' });
  });

  it('comes back when the log asks it to', async () => {
    let requests = 0;
    const url = await serve((_request, response) => {
      if (++requests === 2) response.end('{}');
      else response.writeHead(503, { 'retry-after': '7' }).end();
    });
    const clock = createManualClock();
    const answer = client(url, clock).submit('add-chain', CHAIN, signal);
    while (clock.pendingTimers() === 0) await settle();
    await clock.advance(6_999);
    assert.equal(requests, 1);
    await clock.advance(1);
    assert.equal((await answer).kind, 'sct');
  });

  it('does not come back for ever', async () => {
    const url = await serve((_request, response) => response.writeHead(429, { 'retry-after': '100000' }).end('later'));
    const clock = createManualClock();
    const answer = client(url, clock)
      .submit('add-chain', CHAIN, signal)
      .catch((error: unknown) => error);
    for (let paused = 0; paused < 2; paused++) {
      while (clock.pendingTimers() === 0) await settle();
      await clock.advance(30_000);
    }
    const error = await answer;
    assert.ok(error instanceof CannotLookError);
    assert.equal(error.message, 'the log puts it off for more than 60 s: later (429)');
  });

  it('says that it could not look where nobody listens', async () => {
    await assert.rejects(
      client(new URL('http://127.0.0.1:9/log/')).submit('add-chain', CHAIN, signal),
      CannotLookError,
    );
  });

  it('reads the roots', async () => {
    const url = await serve((_request, response) => response.end('{"certificates":["AQID"]}'));
    assert.deepEqual(await client(url).roots(signal), [Buffer.of(1, 2, 3)]);
  });

  it('says that it could not look where the roots are not told', async () => {
    const url = await serve((_request, response) => response.end('{"certificates":["?"]}'));
    await assert.rejects(client(url).roots(signal), /get-roots does not tell the roots of the log/);
  });
});
