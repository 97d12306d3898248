import assert from 'node:assert/strict';
import { announcement } from './announcement.js';

const DURATION = { text: '1s', ms: 1_000 };

function announce({
  directory = '/srv/data',
  port = 6962,
  chains = ['/srv/data/test-ca/chains/a.pem'],
  cwd = '/srv',
} = {}): string {
  const state = { version: 1, log: 'dev', origin: '127.0.0.1:6962/dev', personalityPort: 6962, createdMs: 0 } as const;
  const flags = {
    mmd: DURATION,
    refreshAge: DURATION,
    sequencerPort: 0,
    readPort: 0,
    personalityPort: port,
    opsPort: 0,
  };
  const ports = { sequencer: 0, read: 0, personality: port, sequencerOps: 0, personalityOps: 0 };
  const key = { file: '/srv/data/dev-key.pem', spki: new Uint8Array() };
  const setup = { directory, state, flags, ports, key, shard: { startMs: 0, limitMs: 1 }, roots: [], chains };
  const run = {
    sequencer: '127.0.0.1:50051',
    read: 'http://127.0.0.1:8080/dev/',
    personality: `http://127.0.0.1:${port}/dev/`,
    ops: ['http://127.0.0.1:9464', 'http://127.0.0.1:9465'],
    log: 'dev',
    origin: state.origin,
    publicKey: 'MFkw',
    pids: { start: 1, sequencer: 2, personality: 3 },
  };
  return announcement(setup, run, cwd);
}

describe('announcement()', () => {
  it('names three commands, with paths from where the person is', () => {
    const text = announce();
    assert.match(text, /^ {2}npm run submit -- --dir data data\/test-ca\/chains\/a\.pem$/m);
    assert.match(text, /^ {2}curl http:\/\/127\.0\.0\.1:8080\/dev\/checkpoint$/m);
    assert.match(text, /^ {2}npm run fsck -- http:\/\/127\.0\.0\.1:8080\/dev\/$/m);
  });

  it('leaves paths whole that lie elsewhere', () => {
    assert.match(announce({ cwd: '/home/me' }), / --dir \/srv\/data \/srv\/data\/test-ca/);
  });

  it('quotes what a shell would take apart', () => {
    const text = announce({ directory: "/srv/it's mine", cwd: '/srv' });
    assert.ok(text.includes(`--dir 'it'\\''s mine' `), text);
  });

  it('names no chain where there is none to submit', () => {
    const text = announce({ chains: [] });
    assert.match(text, /^ {2}curl http:\/\/127\.0\.0\.1:6962\/dev\/ct\/v1\/get-roots$/m);
    assert.doesNotMatch(text, /npm run submit/);
  });

  it('explains an origin with another port', () => {
    assert.doesNotMatch(announce(), /The origin stays/);
    assert.match(announce({ port: 7000 }), /The origin stays/);
  });
});
