import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../service/config-error.js';
import { parseConfig } from '../../service/config-file.js';
import { configSchema, loadPersonalityConfig, type Config } from './config.js';

const LOG = {
  ...{ name: 'dev', description: 'A log', keyFile: 'dev-key.pem', roots: ['roots.pem', '/etc/roots.pem'] },
  ...{ submissionUrl: 'https://log.example/dev/', monitoringUrl: 'http://127.0.0.1:8080/dev/' },
  ...{ notAfterStart: '2025-07-01T00:00:00Z', notAfterLimit: '2025-07-09T02:00:00+02:00' },
};
const CONFIG = {
  ...{ http: { listen: '127.0.0.1:6962' }, ops: { listen: '127.0.0.1:9465' } },
  ...{ sequencer: { address: '127.0.0.1:50051' }, logs: [LOG] },
};

// YAML is a superset of JSON.
const parse = (config: object): Config => parseConfig(configSchema, JSON.stringify(config, undefined, 1), 'ct.yaml');

function problemsOf(config: object): readonly string[] {
  try {
    parse(config);
  } catch (error) {
    assert(error instanceof ConfigError);
    return error.problems.map((problem) => problem.replace(/^ct\.yaml:\d+:\d+: /, ''));
  }
  return [];
}

describe('configSchema', () => {
  it('fills in what is left out', () => {
    const { http, sequencer, logLevel, logs } = parse(CONFIG);
    assert.equal(http.bodyDeadline, 10_000);
    assert.equal(sequencer.timeout, 5_000);
    assert.equal(logLevel, 'info');
    const [log] = logs;
    assert(log);
    assert.equal(log.sequencerLog, 'dev');
    assert.equal(log.origin, 'log.example/dev');
    assert.equal(log.notAfterLimit, Date.UTC(2025, 6, 9));
    assert.deepEqual([log.mmd, log.refreshAge, log.waitFor], [86_400_000, 3_600_000, 'published']);
    assert.deepEqual(
      [log.rejectExpired, log.rejectUnexpired, log.refusePreIssuers, log.refuseSha1],
      Array(4).fill(false),
    );
    assert.deepEqual([log.readOnlyFrom, log.logType], [undefined, undefined]);
  });

  it('keeps the port in the origin, and nothing of the scheme', () => {
    const origin = (submissionUrl: string): string | undefined =>
      parse({ ...CONFIG, logs: [{ ...LOG, submissionUrl }] }).logs[0]?.origin;
    assert.equal(origin('http://127.0.0.1:6962/dev/'), '127.0.0.1:6962/dev');
    assert.equal(origin('https://log.example/'), 'log.example');
  });

  const rows: { desc: string; log: object; says: string | RegExp }[] = [
    { desc: 'an unknown setting', log: { refreshage: '1h' }, says: 'logs[0].refreshage: there is no such setting' },
    { desc: 'a name with capitals', log: { name: 'Dev' }, says: /^logs\[0\]\.name: must be 1 to 63 of a-z, 0-9 and -/ },
    {
      desc: 'a URL without its slash',
      log: { submissionUrl: 'https://log.example/dev' },
      says: /must be an http or https URL that ends/,
    },
    {
      desc: 'a URL with a query',
      log: { monitoringUrl: 'https://log.example/?a/' },
      says: /must be an http or https URL that ends/,
    },
    {
      desc: 'a URL of another scheme',
      log: { monitoringUrl: 'file:///dev/' },
      says: /must be an http or https URL that ends/,
    },
    {
      desc: 'a date without a time',
      log: { notAfterStart: '2025-07-01' },
      says: /must be a date and time as in RFC 3339/,
    },
    {
      desc: 'a shard that ends before it begins',
      log: { notAfterLimit: LOG.notAfterStart },
      says: 'logs[0].notAfterLimit: must be later than notAfterStart',
    },
    {
      desc: 'a refresh age that leaves nothing of the MMD',
      log: { mmd: '10s', refreshAge: '9500ms' },
      says: /^logs\[0\]\.refreshAge: refreshAge must be/,
    },
    {
      desc: 'rules that leave nothing',
      log: { rejectExpired: true, rejectUnexpired: true },
      says: /nothing would be accepted/,
    },
    {
      desc: 'something that is no object identifier',
      log: { rejectExtensions: ['1.2.x'] },
      says: /^logs\[0\]\.rejectExtensions\[0\]: /,
    },
    { desc: 'no roots', log: { roots: [] }, says: /^logs\[0\]\.roots: / },
    { desc: 'another stage', log: { waitFor: 'integrated' }, says: /^logs\[0\]\.waitFor: / },
  ];
  for (const { desc, log, says } of rows) {
    it(`refuses ${desc}`, () => {
      const problems = problemsOf({ ...CONFIG, logs: [{ ...LOG, ...log }] });
      assert.equal(problems.length, 1, problems.join('\n'));
      if (typeof says === 'string') assert.equal(problems[0], says);
      else assert.match(String(problems[0]), says);
    });
  }

  it('refuses two logs of one name', () => {
    assert.deepEqual(problemsOf({ ...CONFIG, logs: [LOG, { ...LOG, name: 'other' }, LOG] }), [
      "logs[2].name: another log has the name 'dev' already",
    ]);
  });

  it('refuses no logs', () => {
    assert.equal(problemsOf({ ...CONFIG, logs: [] }).length, 1);
  });

  it('reports every problem at once, also those between settings', () => {
    const first = { ...LOG, mmd: '1s', refreshAge: '1s', keyFile: 5, notAfterLimit: LOG.notAfterStart };
    const problems = problemsOf({ ...CONFIG, sequencer: {}, logs: [first, { ...LOG, colour: 'red' }] });
    assert.deepEqual(problems.map((problem) => problem.split(':')[0]).sort(), [
      ...['logs[0].keyFile', 'logs[0].notAfterLimit', 'logs[0].refreshAge', 'logs[1].colour', 'logs[1].name'],
      'sequencer.address',
    ]);
  });
});

describe('loadPersonalityConfig()', () => {
  it('resolves paths from the directory of the file', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'andamento-ct-config-'));
    try {
      const file = join(directory, 'ct.yaml');
      await writeFile(file, JSON.stringify(CONFIG));
      const [log] = (await loadPersonalityConfig(file)).logs;
      assert.equal(log?.keyFile, join(directory, 'dev-key.pem'));
      assert.deepEqual(log.roots, [join(directory, 'roots.pem'), '/etc/roots.pem']);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
