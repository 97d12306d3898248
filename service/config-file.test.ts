import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { listenAddress } from './address.js';
import { ConfigError } from './config-error.js';
import { loadConfig, parseConfig, resolveFromConfig } from './config-file.js';

const schema = z.strictObject({
  ops: z.strictObject({ listen: listenAddress() }),
  logs: z
    .array(
      z.strictObject({
        name: z.string(),
        store: z.union([
          z.strictObject({ posix: z.strictObject({ directory: z.string() }) }),
          z.strictObject({ memory: z.strictObject({}) }),
        ]),
      }),
    )
    .min(1),
});

function problemsOf(text: string): readonly string[] {
  try {
    parseConfig(schema, text, 'a.yaml');
  } catch (error) {
    assert(error instanceof ConfigError);
    return error.problems;
  }
  return [];
}

describe('parseConfig()', () => {
  it('returns what the schema makes of a right file', () => {
    const text = 'ops: { listen: 127.0.0.1:9464 }\nlogs:\n  - { name: dev, store: { memory: {} } }\n';
    assert.deepEqual(parseConfig(schema, text, 'a.yaml'), {
      ops: { listen: { host: '127.0.0.1', port: 9464 } },
      logs: [{ name: 'dev', store: { memory: {} } }],
    });
  });

  it('reports all problems at once, each with its line and column, in the order of the file', () => {
    const text = [
      'opps: {}',
      'ops: { listen: here }',
      'logs:',
      '  - name: 5',
      '    store: { posix: { directroy: x } }',
      '    colour: red',
    ].join('\n');
    assert.deepEqual(problemsOf(text), [
      'a.yaml:1:1: opps: there is no such setting',
      "a.yaml:2:16: ops.listen: 'here' is not an address: write host:port, like 127.0.0.1:8080 or [::1]:8080, with a port from 0 to 65535",
      'a.yaml:4:11: logs[0].name: Invalid input: expected string, received number',
      'a.yaml:5:21: logs[0].store.posix.directory: is missing',
      'a.yaml:5:23: logs[0].store.posix.directroy: there is no such setting',
      'a.yaml:6:5: logs[0].colour: there is no such setting',
    ]);
  });

  it('says that a setting is missing at the place where it belongs', () => {
    assert.deepEqual(problemsOf('ops: { listen: 127.0.0.1:1 }\nlogs:\n  - store: { memory: {} }\n'), [
      'a.yaml:3:5: logs[0].name: is missing',
    ]);
  });

  it('reports every syntax error with its place', () => {
    assert.deepEqual(problemsOf('ops: "x\n'), ['a.yaml:2:1: Missing closing "quote']);
  });

  it('refuses a key that is there twice', () => {
    assert.deepEqual(problemsOf('ops: { listen: 127.0.0.1:1 }\nops: { listen: 127.0.0.1:2 }\n'), [
      'a.yaml:2:1: Map keys must be unique',
    ]);
  });

  it('refuses aliases that would fill the memory', () => {
    const lines = Array.from(
      { length: 12 },
      (_, i) =>
        `k${i}: &a${i} [${Array(10)
          .fill(i ? `*a${i - 1}` : 'x')
          .join()}]`,
    );
    assert.match(String(problemsOf(lines.join('\n'))), /^a\.yaml: Excessive alias count/);
  });

  it('calls an empty file an empty configuration', () => {
    assert.deepEqual(problemsOf(''), ['a.yaml:1:1: the configuration: Invalid input: expected object, received null']);
  });
});

describe('loadConfig()', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'andamento-config-'));
  });
  after(() => rm(directory, { recursive: true }));

  it('reads a file', async () => {
    const file = join(directory, 'a.yaml');
    await writeFile(file, 'name: dev\n');
    assert.deepEqual(await loadConfig(z.strictObject({ name: z.string() }), file), { name: 'dev' });
  });

  it('says that a file cannot be read', async () => {
    await assert.rejects(loadConfig(schema, join(directory, 'none.yaml')), /none\.yaml: cannot be read: ENOENT/);
  });

  it('refuses a file that is too large to be a configuration, unread', async () => {
    const file = join(directory, 'large.yaml');
    await writeFile(file, Buffer.alloc(1024 * 1024 + 1));
    await assert.rejects(loadConfig(schema, file), /has 1048577 bytes; a configuration file has at most 1048576/);
  });
});

describe('resolveFromConfig()', () => {
  it('starts at the directory of the configuration file', () => {
    assert.equal(resolveFromConfig('/etc/andamento/a.yaml', 'dev-key.pem'), '/etc/andamento/dev-key.pem');
    assert.equal(resolveFromConfig('/etc/andamento/a.yaml', '../k.pem'), '/etc/k.pem');
    assert.equal(resolveFromConfig('/etc/andamento/a.yaml', '/k.pem'), '/k.pem');
  });
});
