import assert from 'node:assert/strict';
import { nativeHasher } from '../../service/native-hasher.js';
import { concatBytes, utf8 } from '../../tlog/bytes.js';
import { generateLog, type GeneratedLog } from '../../test/public-log/generated-log.js';
import { CannotLookError } from '../public-log/public-objects.js';
import { auditLog, type AuditSummary } from './audit.js';
import { createFindings, formatFinding, type Finding } from './finding.js';

interface Outcome {
  readonly found: readonly Finding[];
  readonly lines: readonly string[];
  readonly summary: AuditSummary;
  readonly audited: number;
}

async function audit(log: GeneratedLog, { findingsMax = 100 } = {}): Promise<Outcome> {
  const findings = createFindings(findingsMax, () => {});
  let audited = 0;
  const progress = { begin: () => {}, advance: (entries: number) => (audited += entries) };
  const { objects, identity } = log;
  const auditedLog = { objects, identity, layout: identity.layout, hasher: nativeHasher, concurrency: 4 };
  const summary = await auditLog(auditedLog, { findings, progress });
  return { found: findings.all, lines: findings.all.map(formatFinding), summary, audited };
}

function file(log: GeneratedLog, path: string): Uint8Array {
  const bytes = log.files.get(path);
  assert.ok(bytes, `the generated log has no ${path}`);
  return bytes;
}

function flip(log: GeneratedLog, path: string, at: number): void {
  const bytes = Uint8Array.from(file(log, path));
  const i = at < 0 ? bytes.length + at : at;
  bytes[i] = (bytes[i] ?? 0) ^ 0x01;
  log.files.set(path, bytes);
}

/** Three levels of tiles: full ones at level 0 and 1, partial ones at each. */
const THREE_LEVELS = 256 * 256 + 2 * 256 + 3;

/** A kind of damage, and the findings that it gives: the beginnings of their sentences. */
interface Damage {
  readonly desc: string;
  readonly damage: (log: GeneratedLog) => void;
  readonly finds: readonly string[];
}

/** Of a static-ct log of 600 entries: two full tiles and bundles, partial ones of 88, and `tile/1/000.p/2`. */
const DAMAGES: readonly Damage[] = [
  {
    desc: 'a flipped bit in a full tile',
    damage: (log) => flip(log, 'tile/0/001', 5 * 32),
    finds: ['tile/0/001: hash 5 at byte 160: got '],
  },
  {
    desc: 'a flipped bit in a partial tile of level 0',
    damage: (log) => flip(log, 'tile/0/002.p/88', -1),
    finds: ['tile/0/002.p/88: hash 87 at byte 2784: got '],
  },
  {
    desc: 'a flipped bit in a partial tile of level 1',
    damage: (log) => flip(log, 'tile/1/000.p/2', 40),
    finds: ['tile/1/000.p/2: hash 1 at byte 32: got '],
  },
  {
    desc: 'a flipped bit in both partial tiles and in a full one below them',
    damage: (log) => ['tile/0/001', 'tile/0/002.p/88', 'tile/1/000.p/2'].forEach((path) => flip(log, path, 0)),
    finds: ['tile/0/002.p/88: hash 0', 'tile/1/000.p/2: hash 0', 'tile/0/001: hash 0'],
  },
  {
    desc: 'a missing full tile',
    damage: (log) => log.files.delete('tile/0/000'),
    finds: ['tile/0/000: the object: got nothing, want 8192 bytes'],
  },
  {
    desc: 'a missing partial tile',
    damage: (log) => log.files.delete('tile/1/000.p/2'),
    finds: ['tile/1/000.p/2: the object: got nothing, want 64 bytes'],
  },
  {
    desc: 'a truncated tile',
    damage: (log) => log.files.set('tile/0/000', file(log, 'tile/0/000').subarray(0, 8191)),
    finds: ['tile/0/000: size: got 8191 bytes, want 8192 bytes'],
  },
  {
    desc: 'a tile with extra bytes',
    damage: (log) => log.files.set('tile/0/002.p/88', concatBytes(file(log, 'tile/0/002.p/88'), new Uint8Array(32))),
    finds: ['tile/0/002.p/88: size: got 2848 bytes, want 2816 bytes'],
  },
  {
    desc: 'a flipped bit in a certificate',
    damage: (log) => flip(log, 'tile/data/001', 20),
    finds: ['tile/data/001: leaf hash of entry 256: got '],
  },
  {
    desc: 'a flipped bit in the last, partial bundle',
    damage: (log) => flip(log, 'tile/data/002.p/88', 15),
    finds: ['tile/data/002.p/88: leaf hash of entry 512: got '],
  },
  {
    desc: 'a flipped bit in a length',
    damage: (log) => flip(log, 'tile/data/000', 11),
    finds: ['tile/data/000: '],
  },
  {
    desc: 'a flipped bit in a leaf index',
    damage: (log) => flip(log, 'tile/data/000', 8 + 2 + 3 + 'certificate 0'.length + 2 + 8 - 1),
    finds: ['tile/data/000: leaf hash of entry 0: got ', 'tile/data/000: leaf index of entry 0: got 1, want 0'],
  },
  {
    desc: 'a missing bundle',
    damage: (log) => log.files.delete('tile/data/000'),
    finds: ['tile/data/000: the object: got nothing, want a bundle of 256 entries'],
  },
  {
    desc: 'a truncated bundle',
    damage: (log) => log.files.set('tile/data/001', file(log, 'tile/data/001').subarray(0, -1)),
    finds: ['tile/data/001: '],
  },
  {
    desc: 'a bundle with extra bytes',
    damage: (log) => log.files.set('tile/data/001', concatBytes(file(log, 'tile/data/001'), Uint8Array.of(0))),
    finds: ['tile/data/001: data tile after 256 entries at byte '],
  },
  {
    desc: 'a partial bundle with an entry too many',
    damage: (log) => {
      const more = file(generateLog('static-ct', 601), 'tile/data/002.p/89');
      log.files.set('tile/data/002.p/88', more);
    },
    finds: ['tile/data/002.p/88: number of entries: got 89, want 88'],
  },
  {
    desc: 'a tile and its bundle, both damaged',
    damage: (log) => {
      flip(log, 'tile/0/001', 0);
      flip(log, 'tile/data/001', 20);
    },
    finds: ['tile/0/001: root of its hashes: got ', 'tile/data/001: root of its leaf hashes: got '],
  },
  {
    desc: 'a missing issuer',
    damage: (log) => log.files.delete(issuerOf(log)),
    finds: ['issuer/ISSUER: the object: got nothing, want the certificate, which entry 0 names'],
  },
  {
    desc: 'a flipped bit in an issuer',
    damage: (log) => flip(log, issuerOf(log), 3),
    finds: ['issuer/ISSUER: SHA-256 of its bytes: got '],
  },
  {
    desc: 'an issuer that is cut',
    damage: (log) => log.files.set(issuerOf(log), file(log, issuerOf(log)).subarray(1)),
    finds: ['issuer/ISSUER: SHA-256 of its bytes: got '],
  },
  {
    desc: 'a missing checkpoint',
    damage: (log) => log.files.delete('checkpoint'),
    finds: ['checkpoint: the object: got nothing, want a signed checkpoint'],
  },
  {
    desc: 'a truncated checkpoint',
    damage: (log) => log.files.set('checkpoint', file(log, 'checkpoint').subarray(0, 30)),
    finds: ['checkpoint: note: got '],
  },
  {
    desc: 'a checkpoint with extra bytes',
    damage: (log) => log.files.set('checkpoint', concatBytes(file(log, 'checkpoint'), utf8('x'))),
    finds: ['checkpoint: note: got '],
  },
  {
    desc: 'a checkpoint of another log',
    damage: (log) => log.files.set('checkpoint', file(generateLog('static-ct', 600), 'checkpoint')),
    finds: ['checkpoint: note: got '],
  },
  {
    desc: 'a signed checkpoint with another root',
    damage: (log) => log.sign({ size: 600, root: new Uint8Array(32) }),
    finds: ['checkpoint: root of the tiles that are there: got '],
  },
  {
    desc: 'a signed checkpoint of an empty log with another root',
    damage: (log) => log.sign({ size: 0, root: new Uint8Array(32) }),
    finds: ['checkpoint: root of size 0: got '],
  },
];

function issuerOf(log: GeneratedLog): string {
  const [path] = [...log.files.keys()].filter((name) => name.startsWith('issuer/'));
  assert.ok(path);
  return path;
}

describe('auditLog()', () => {
  for (const layout of ['static-ct', 'tlog-tiles'] as const) {
    for (const size of [0, 1, 255, 256, 257, 600, 1024]) {
      it(`finds nothing in a healthy ${layout} log of ${size} entries`, async () => {
        const { lines, summary, audited } = await audit(generateLog(layout, size));
        assert.deepEqual(lines, []);
        assert.equal(summary.checkpoint?.size, size);
        assert.equal(audited, size);
      });
    }
  }

  for (const { desc, damage, finds } of DAMAGES) {
    it(`names the object where there is ${desc}, and no other`, async () => {
      const log = generateLog('static-ct', 600);
      const issuer = issuerOf(log);
      damage(log);
      const { lines } = await audit(log);
      const starts = finds.map((start) => start.replace('issuer/ISSUER', issuer));
      assert.deepEqual(
        lines.map((line, i) => line.slice(0, starts[i]?.length ?? 0)),
        starts,
        lines.join('\n'),
      );
    });
  }

  it('tells when an entry was sequenced elsewhere, although the tree contains it', async () => {
    const log = generateLog('static-ct', 300, (i) => (i === 258 ? { index: 7 } : {}));
    const { lines } = await audit(log);
    assert.deepEqual(lines, ['tile/data/001.p/44: leaf index of entry 258: got 7, want 258']);
  });

  it('tells of a timestamp that goes back, also across bundles', async () => {
    const log = generateLog('static-ct', 300, (i) => (i === 256 ? { timestamp: 5 } : { timestamp: 1000 + i }));
    const { lines } = await audit(log);
    assert.deepEqual(lines, [
      'tile/data/001.p/44: timestamp of entry 256: got 5, want at least 1255, that of an entry before',
    ]);
  });

  it('tells of an entry that is younger than the checkpoint', async () => {
    const log = generateLog('static-ct', 3);
    const { checkpoint } = (await audit(log)).summary;
    assert.ok(checkpoint);
    log.sign({ ...checkpoint, timestamp: log.timestamp - 2 });
    const { lines } = await audit(log);
    assert.deepEqual(lines, [
      `tile/data/000.p/3: timestamp of entry 2: got ${log.timestamp - 1}, want at most ${log.timestamp - 2}, that of the checkpoint`,
    ]);
  });

  it('audits the tree although the signature is wrong', async () => {
    const log = generateLog('static-ct', 600);
    const { lines } = await audit({ ...log, identity: generateLog('static-ct', 1).identity });
    assert.match(lines.join('\n'), /^checkpoint: note: got .*, want /);
    flip(log, 'tile/0/000', 0);
    const both = await audit({ ...log, identity: generateLog('static-ct', 1).identity });
    assert.equal(both.lines.length, 2);
  });

  it('takes a full tile and bundle for the partial ones that a log has removed', async () => {
    const log = generateLog('static-ct', 600);
    const grown = generateLog('static-ct', 768);
    for (const path of ['tile/0/002', 'tile/data/002']) log.files.set(path, file(grown, path));
    log.files.delete('tile/0/002.p/88');
    log.files.delete('tile/data/002.p/88');
    assert.deepEqual((await audit(log)).lines, []);
  });

  it('sees as far down as three levels', async () => {
    const log = generateLog('tlog-tiles', THREE_LEVELS);
    assert.deepEqual((await audit(log)).lines, []);
    flip(log, 'tile/1/000', 7 * 32);
    flip(log, 'tile/entries/007', 3);
    flip(log, 'tile/entries/257', 3);
    const { lines } = await audit(log);
    assert.deepEqual(
      lines.map((line) => line.replace(/: got .*/, '')),
      [
        'tile/1/000: hash 7 at byte 224',
        'tile/entries/007: leaf hash of entry 1792',
        'tile/entries/257: leaf hash of entry 65792',
      ],
    );
  });

  it('goes on below a tile that is damaged beyond telling what it should be', async () => {
    const log = generateLog('tlog-tiles', THREE_LEVELS);
    flip(log, 'tile/1/000', 7 * 32);
    flip(log, 'tile/0/009', 0);
    log.files.delete('tile/0/011');
    log.files.delete('tile/entries/012');
    const { lines } = await audit(log);
    assert.deepEqual(
      lines.map((line) => line.replace(/: got .*/, '')),
      [
        'tile/1/000: root of its hashes',
        'tile/0/009: hash 0 at byte 0',
        'tile/0/011: the object',
        'tile/entries/012: the object',
      ],
    );
    assert.match(lines[1] ?? '', /either of the two may be the damaged one/);
  });

  it('stops when there are as many findings as asked for', async () => {
    const log = generateLog('tlog-tiles', 10 * 256);
    for (let i = 0; i < 10; i++) flip(log, `tile/entries/00${i}`, 3);
    const { found, audited } = await audit(log, { findingsMax: 3 });
    assert.equal(found.length, 3);
    assert.ok(audited < 10 * 256);
  });

  it('does not call missing what it could not look at', async () => {
    const log = generateLog('tlog-tiles', 600);
    const objects = {
      where: 'memory',
      read: (path: string) =>
        path === 'tile/0/001' ? Promise.reject(new CannotLookError('no answer')) : log.objects.read(path),
    };
    await assert.rejects(audit({ ...log, objects }), new CannotLookError('no answer'));
  });
});
