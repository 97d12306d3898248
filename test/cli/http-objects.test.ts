import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { httpObjects } from '../../cli/public-log/http-objects.js';
import { CannotLookError } from '../../cli/public-log/public-objects.js';
import type { Clock } from '../../service/clock.js';
import { createManualClock } from '../clock.js';
import { useHttpServers } from './http-server.js';

/** A clock on which no sleep takes time. It notes how long they were to be. */
function impatientClock(): Clock & { readonly slept: number[] } {
  const slept: number[] = [];
  return { ...createManualClock(), slept, sleep: (delayMs) => Promise.resolve(void slept.push(delayMs)) };
}

describe('httpObjects()', () => {
  const serve = useHttpServers();

  it('reads an object below the prefix, and undoes its compression', async () => {
    const url = await serve((request, response) => {
      assert.equal(request.url, '/log/tile/0/000');
      response.setHeader('content-encoding', 'gzip').end(gzipSync('content'));
    });
    const bytes = await httpObjects(url, { clock: impatientClock() }).read('tile/0/000');
    assert.equal(Buffer.from(bytes ?? []).toString(), 'content');
  });

  it('knows an object that is not there', async () => {
    const url = await serve((_request, response) => response.writeHead(404).end('none'));
    assert.equal(await httpObjects(url, { clock: impatientClock() }).read('checkpoint'), undefined);
  });

  it('asks again, after longer and longer pauses, what may be answered otherwise the next time', async () => {
    let requests = 0;
    const url = await serve((_request, response) => response.writeHead(++requests < 4 ? 503 : 200).end('ok'));
    const clock = impatientClock();
    assert.ok(await httpObjects(url, { clock }).read('checkpoint'));
    assert.deepEqual(clock.slept, [200, 400, 800]);
  });

  for (const { desc, status, requests } of [
    { desc: 'after four failures', status: 500, requests: 4 },
    { desc: 'at once where asking again would not help', status: 403, requests: 1 },
  ]) {
    it(`says that it could not look, ${desc}`, async () => {
      let seen = 0;
      const url = await serve((_request, response) => {
        seen++;
        response.writeHead(status).end();
      });
      await assert.rejects(httpObjects(url, { clock: impatientClock() }).read('checkpoint'), (error: unknown) => {
        assert.ok(error instanceof CannotLookError);
        assert.match(error.message, new RegExp(`/log/checkpoint: the answer is ${status} `));
        return true;
      });
      assert.equal(seen, requests);
    });
  }

  it('does not take half an object for a whole one', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setImmediate(() => response.destroy());
    });
    await assert.rejects(httpObjects(url, { clock: impatientClock() }).read('checkpoint'), CannotLookError);
  });

  it('ends when it is told to', async () => {
    const abort = new AbortController();
    const url = await serve(() => abort.abort(new Error('enough')));
    await assert.rejects(httpObjects(url, { clock: impatientClock() }).read('x', abort.signal), new Error('enough'));
  });
});
