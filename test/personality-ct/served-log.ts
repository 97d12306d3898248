import { generateKeyPairSync } from 'node:crypto';
import { createAppLog, type AppLog } from '../../personality-ct/app-log.js';
import { configSchema } from '../../personality-ct/config/config.js';
import { rootSet } from '../../personality-ct/core/roots.js';
import { createSctKey } from '../../personality-ct/crypto/sct-key.js';
import { startHttpServer, type HttpServer } from '../../personality-ct/http/server.js';
import { nobleHasher } from '../../tlog/hash.js';
import type { ManualClock } from '../clock.js';
import {
  issueAuthority,
  issueLeaf,
  issuePrecertificate,
  issueRoot,
  type TestCertificate,
} from '../certificates/issue.js';
import { createFakeSequencer, type FakeSequencer } from './fake-sequencer.js';
import { noMeters, silentLog } from './silent.js';

/** The door of a personality with one log, `dev`, over a fake sequencer. */
export interface ServedTestLog {
  readonly sequencer: FakeSequencer;
  readonly app: AppLog;
  readonly http: HttpServer;
  /** http://host:port/dev/ct/v1 */
  readonly ct: string;
  /** The log's public key, DER. */
  readonly spki: Uint8Array;
  stop(): Promise<void>;
}

/** A chain for each endpoint, below one root. */
export const CERTIFICATES: Readonly<
  Record<'root' | 'intermediate' | 'certificate' | 'precertificate', TestCertificate>
> = issueCertificates();

/** How long a body may take to arrive, in ms. */
export const BODY_DEADLINE_MS = 2_000;

/** Opens the door. @param settings of the log, beside those that it must have. */
export async function serveTestLog(clock: ManualClock, settings: object = {}): Promise<ServedTestLog> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { spki } = createSctKey(nobleHasher, privateKey);
  const [config] = configSchema.parse({
    ...{ http: { listen: '127.0.0.1:0' }, ops: { listen: '127.0.0.1:0' }, sequencer: { address: '127.0.0.1:1' } },
    logs: [
      {
        ...{ name: 'dev', description: 'A log for tests', keyFile: 'unread', roots: ['unread'] },
        ...{ submissionUrl: 'https://log.example/dev/', monitoringUrl: 'https://tiles.example/dev/' },
        ...{ notAfterStart: '2025-07-01T00:00:00Z', notAfterLimit: '2025-07-09T00:00:00Z' },
        ...{ mmd: '60s', refreshAge: '5s', ...settings },
      },
    ],
  }).logs;
  if (config === undefined) throw new Error('a configuration without a log was accepted');
  const sequencer = createFakeSequencer(clock, { origin: 'log.example/dev', spki });
  const app = createAppLog({
    ...{ config, key: { type: 'p256', privateKey, spki }, roots: rootSet(nobleHasher, [CERTIFICATES.root.der]) },
    ...{ sequencer: sequencer.log, clock, dice: () => 0.5, meters: noMeters, log: silentLog },
  });
  const http = await startHttpServer({
    ...{ listen: { host: '127.0.0.1', port: 0 }, logs: [app.served], bodyDeadlineMs: BODY_DEADLINE_MS, clock },
    log: silentLog,
  });
  const stop = new AbortController();
  const running = app.run(stop.signal);
  await clock.advance(0);
  return {
    ...{ sequencer, app, http, ct: `${http.url}/dev/ct/v1`, spki },
    async stop() {
      stop.abort();
      await Promise.all([running, http.drain()]);
    },
  };
}

/** The body of a submission of these certificates. */
export function bodyOf(...chain: readonly TestCertificate[]): string {
  return JSON.stringify({ chain: chain.map(({ der }) => Buffer.from(der).toString('base64')) });
}

function issueCertificates(): typeof CERTIFICATES {
  const root = issueRoot('Test Root');
  const intermediate = issueAuthority('Test Intermediate', root);
  return {
    ...{ root, intermediate, certificate: issueLeaf('leaf.example', intermediate) },
    precertificate: issuePrecertificate('leaf.example', intermediate),
  };
}
