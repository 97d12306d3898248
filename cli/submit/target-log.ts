import { z } from 'zod';
import type { Clock } from '../../service/clock.js';
import { fromBase64 } from '../../tlog/bytes.js';
import { readRunFile } from '../data-directory/run-file.js';
import { httpObjects } from '../public-log/http-objects.js';
import { readLogJson, type LogIdentity } from '../public-log/log-identity.js';
import { keyFromSpki } from '../public-log/log-key.js';
import { CannotLookError, type PublicObjects } from '../public-log/public-objects.js';

/** The log that takes the submissions. */
export interface TargetLog {
  /** Without a slash at the end. */
  readonly submissionPrefix: string;
  readonly objects: PublicObjects;
  readonly identity: LogIdentity;
  /** The key of the log, DER. */
  readonly spki: Uint8Array;
  /** Whether only the log itself says which key is its own. */
  readonly isTakenOnTrust: boolean;
}

/** What a person says about the log. */
export interface GivenLog {
  /** The submission prefix. */
  readonly log?: URL;
  /** The monitoring prefix. */
  readonly read?: URL;
  /** The DER SubjectPublicKeyInfo of its key. */
  readonly spki?: Uint8Array;
  readonly origin?: string;
}

/** Where a log is, and whose it is. */
interface LogFacts {
  readonly submissionUrl: string;
  readonly monitoringUrl: URL;
  readonly spki: Uint8Array;
  readonly origin: string | undefined;
  readonly isTakenOnTrust: boolean;
}

const LOG_LIST_ENTRY = z.object({ key: z.base64(), monitoring_url: z.url() });

/**
 * The log that is meant: the one at `given.log`, or else the one that `npm start` runs on a data directory.
 *
 * @throws CannotLookError when there is none, or too little is known of it.
 */
export async function openTargetLog(
  given: GivenLog,
  { directory, clock }: { directory: string; clock: Clock },
): Promise<TargetLog> {
  const facts = given.log === undefined ? runningLog(given, directory) : await distantLog(given.log, given, clock);
  const objects = httpObjects(facts.monitoringUrl, { clock });
  const submissionPrefix = facts.submissionUrl.replace(/\/+$/, '');
  const origin = facts.origin ?? (await readLogJson(objects))?.origin ?? submissionPrefix.replace(/^https?:\/\//, '');
  const { spki, isTakenOnTrust } = facts;
  const key = keyFromSpki(spki, origin);
  if (!key.isTimestamped) throw new CannotLookError('The public key is not on P-256, as that of a CT log is.');
  const identity = { origin, layout: 'static-ct', keys: [key] } as const;
  return { submissionPrefix, objects, identity, spki, isTakenOnTrust };
}

function runningLog(given: GivenLog, directory: string): LogFacts {
  const run = readRunFile(directory);
  if (run === undefined) {
    throw new CannotLookError(`Nothing runs on ${directory}: run npm start first, name its --dir, or name a --log.`);
  }
  return {
    submissionUrl: run.personality,
    monitoringUrl: given.read ?? new URL(run.read),
    spki: given.spki ?? fromBase64(run.publicKey),
    origin: given.origin ?? run.origin,
    isTakenOnTrust: false,
  };
}

async function distantLog(submission: URL, given: GivenLog, clock: Clock): Promise<LogFacts> {
  const { read, spki, origin } = given;
  const common = { submissionUrl: submission.href, origin };
  if (read !== undefined && spki !== undefined) {
    return { ...common, monitoringUrl: read, spki, isTakenOnTrust: false };
  }
  const entry = await readLogListEntry(submission, clock);
  return {
    ...common,
    monitoringUrl: read ?? new URL(entry.monitoring_url),
    spki: spki ?? fromBase64(entry.key),
    isTakenOnTrust: spki === undefined,
  };
}

/** What a log says of itself, as log lists want it. */
async function readLogListEntry(submission: URL, clock: Clock): Promise<z.infer<typeof LOG_LIST_ENTRY>> {
  const objects = httpObjects(submission, { clock });
  const bytes = await objects.read('log.v3.json');
  if (bytes === undefined) {
    throw new CannotLookError(`There is no log.v3.json in ${objects.where}: give --read and --public-key.`);
  }
  try {
    return LOG_LIST_ENTRY.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (error) {
    throw new CannotLookError(`${objects.where}/log.v3.json is not as it should be: give --read and --public-key.`, {
      cause: error,
    });
  }
}
