import assert from 'node:assert/strict';
import { ConfigError } from '../../service/config-error.js';
import { parseConfig } from '../../service/config-file.js';
import { sequencerConfig, type SequencerConfig } from './sequencer-config.js';

const MINIMAL = `rpc: { listen: 127.0.0.1:50051 }
ops: { listen: 127.0.0.1:9464 }
logs:
  - name: dev
    origin: 127.0.0.1:6962/dev
    layout: static-ct
    store: { posix: { directory: dev } }
    signers:
      - { type: rfc6962, keyFile: dev-key.pem }
`;

/** A log on lines 11 to 15 below MINIMAL, with these settings changed. */
function secondLog(changes: Readonly<Record<string, string>>): string {
  const settings = {
    name: 'more',
    origin: 'log.example/more',
    layout: 'tlog-tiles',
    store: '{ memory: {} }',
    signers: '[{ type: ed25519, keyFile: more.pem }]',
    ...changes,
  };
  const lines = Object.entries(settings).map(([key, value], i) => `  ${i === 0 ? '-' : ' '} ${key}: ${value}`);
  return `${MINIMAL}${lines.join('\n')}\n`;
}

function parse(text: string): SequencerConfig {
  return parseConfig(sequencerConfig, text, 's.yaml');
}

function problemsOf(text: string): readonly string[] {
  try {
    parse(text);
  } catch (error) {
    assert(error instanceof ConfigError);
    return error.problems;
  }
  return [];
}

describe('sequencerConfig', () => {
  it('reads the smallest configuration, with its defaults', () => {
    assert.deepEqual(parse(MINIMAL), {
      rpc: { listen: { host: '127.0.0.1', port: 50_051 } },
      ops: { listen: { host: '127.0.0.1', port: 9_464 } },
      logs: [
        {
          name: 'dev',
          origin: '127.0.0.1:6962/dev',
          layout: 'static-ct',
          store: { posix: { directory: 'dev' } },
          signers: [{ type: 'rfc6962', keyFile: 'dev-key.pem' }],
          integrationDelay: 200,
        },
      ],
    });
  });

  it('reads everything that can be set', () => {
    const { read, logs } = parse(`${secondLog({ integrationDelay: '1m' })}read: { listen: '[::1]:0' }\n`);
    assert.deepEqual(read, { listen: { host: '::1', port: 0 } });
    assert.deepEqual(logs[1], {
      name: 'more',
      origin: 'log.example/more',
      layout: 'tlog-tiles',
      store: { memory: {} },
      signers: [{ type: 'ed25519', keyFile: 'more.pem' }],
      integrationDelay: 60_000,
    });
  });

  it('takes further signers of any type', () => {
    const signers =
      '[{ type: ed25519, keyFile: a.pem }, { type: ed25519, keyFile: b.pem }, { type: rfc6962, keyFile: c.pem }]';
    assert.deepEqual(problemsOf(secondLog({ signers })), []);
  });

  it('reports every problem at once, those between settings too, in the order of the file', () => {
    const text = `rpc: { listen: here }
ops: {}
colour: red
logs:
  - name: dev
    origin: a b
    layout: static-ct
    store: { posix: { directory: ./x } }
    signers: [{ type: ed25519, keyFile: k }, { type: rsa, keyFile: k }]
    integrationDelay: 2m
  - name: dev
    origin: a b
    layout: tlog
    store: { posix: { directory: x/ } }
    signers: []
`;
    assert.deepEqual(problemsOf(text), [
      "s.yaml:1:16: rpc.listen: 'here' is not an address: write host:port, like 127.0.0.1:8080 or [::1]:8080, with a port from 0 to 65535",
      's.yaml:2:6: ops.listen: is missing',
      's.yaml:3:1: colour: there is no such setting',
      's.yaml:6:13: logs[0].origin: must not be empty, and have no spaces, no control characters and no plus',
      's.yaml:9:23: logs[0].signers[0].type: the first signer of a static-ct log must be of type rfc6962, and is of type ed25519',
      's.yaml:9:54: logs[0].signers[1].type: Invalid option: expected one of "rfc6962"|"ed25519"',
      "s.yaml:9:68: logs[0].signers[1].keyFile: another signer of this log has the key file 'k' already",
      's.yaml:10:23: logs[0].integrationDelay: 2m is out of range: it must be from 0 ms to 60000 ms',
      "s.yaml:11:11: logs[1].name: another log has the name 'dev' already",
      's.yaml:12:13: logs[1].origin: must not be empty, and have no spaces, no control characters and no plus',
      "s.yaml:12:13: logs[1].origin: another log has the origin 'a b' already",
      's.yaml:13:13: logs[1].layout: Invalid option: expected one of "static-ct"|"tlog-tiles"',
      "s.yaml:14:34: logs[1].store.posix.directory: another log has the directory 'x' already",
      's.yaml:15:14: logs[1].signers: Too small: expected array to have >=1 items',
    ]);
  });

  const wrong: { desc: string; text: string; want: string }[] = [
    {
      desc: 'no logs',
      text: MINIMAL.replace(/logs:[^]*/, 'logs: []\n'),
      want: 's.yaml:3:7: logs: Too small: expected array to have >=1 items',
    },
    {
      desc: 'logs that are no list',
      text: MINIMAL.replace(/logs:[^]*/, 'logs: dev\n'),
      want: 's.yaml:3:7: logs: Invalid input: expected array, received string',
    },
    {
      desc: 'a log that is empty',
      text: `${MINIMAL}  -\n`,
      want: 's.yaml:10:4: logs[1]: Invalid input: expected object, received null',
    },
    {
      desc: 'a name that is no path element',
      text: secondLog({ name: '../x' }),
      want: 's.yaml:10:11: logs[1].name: must match [a-z0-9][a-z0-9-]{0,62}',
    },
    {
      desc: 'a name of 64 characters',
      text: secondLog({ name: 'x'.repeat(64) }),
      want: 's.yaml:10:11: logs[1].name: must match [a-z0-9][a-z0-9-]{0,62}',
    },
    {
      desc: 'an origin with a control character, which no note can hold',
      text: secondLog({ origin: '"log.example/\\u0001"' }),
      want: 's.yaml:11:13: logs[1].origin: must not be empty, and have no spaces, no control characters and no plus',
    },
    {
      desc: 'an origin with a plus',
      text: secondLog({ origin: 'a+b' }),
      want: 's.yaml:11:13: logs[1].origin: must not be empty, and have no spaces, no control characters and no plus',
    },
    {
      desc: 'the origin of another log',
      text: secondLog({ origin: '127.0.0.1:6962/dev' }),
      want: "s.yaml:11:13: logs[1].origin: another log has the origin '127.0.0.1:6962/dev' already",
    },
    {
      desc: 'the key type of the other layout',
      text: secondLog({ signers: '[{ type: rfc6962, keyFile: k }]' }),
      want: 's.yaml:14:23: logs[1].signers[0].type: the first signer of a tlog-tiles log must be of type ed25519, and is of type rfc6962',
    },
    {
      desc: 'two stores',
      text: secondLog({ store: '{ memory: {}, posix: { directory: x } }' }),
      want: 's.yaml:13:14: logs[1].store.memory: there is no such setting',
    },
    {
      desc: 'a directory without a name',
      text: secondLog({ store: "{ posix: { directory: '' } }" }),
      want: 's.yaml:13:34: logs[1].store.posix.directory: Too small: expected string to have >=1 characters',
    },
    {
      desc: 'a delay without a unit',
      text: secondLog({ integrationDelay: '200' }),
      want: 's.yaml:15:23: logs[1].integrationDelay: Invalid input: expected string, received number',
    },
  ];
  for (const { desc, text, want } of wrong) {
    it(`refuses ${desc}`, () => {
      assert.deepEqual(problemsOf(text), [want]);
    });
  }
});
