import { Command, Option } from 'commander';
import type { Clock } from '../../service/clock.js';
import { nativeHasher } from '../../service/native-hasher.js';
import { toBase64 } from '../../tlog/bytes.js';
import { CommandError } from '../terminal/command-error.js';
import { integerArgument, parseCommandLine, repeatedArgument } from '../terminal/command-line.js';
import { createProgress, type Progress, type Streams } from '../terminal/progress.js';
import { readSpki } from '../public-log/log-key.js';
import type { PublicObjects } from '../public-log/public-objects.js';
import { auditLog, type AuditSummary } from './audit.js';
import { createFindings, formatFinding, type Findings } from './finding.js';
import { findIdentity, type FoundIdentity, type GivenIdentity } from './identity.js';
import { openTarget } from './target.js';

const EXIT_HEALTHY = 0;
const EXIT_DAMAGED = 1;
const EXIT_COULD_NOT_LOOK = 2;

/** Tiles and bundles in flight unless given: enough to keep one core busy with hashing over a slow network. */
const CONCURRENCY_DEFAULT = 16;
/** Each may hold a bundle of up to 128 MiB, if somebody means harm. */
const CONCURRENCY_MAX = 256;

const FINDINGS_DEFAULT = 100;
const FINDINGS_MAX = 1_000_000;

interface FsckOptions extends Omit<GivenIdentity, 'spki'> {
  readonly publicKey?: string;
  readonly concurrency: number;
  readonly maxFindings: number;
}

/** What the command takes from its process. */
export interface FsckContext {
  readonly argv: readonly string[];
  /** What relative paths start from. */
  readonly cwd: string;
  readonly streams: Streams;
  readonly clock: Clock;
}

/** Audits a log, and says on stdout what is damaged. @returns the exit code. */
export async function runFsck({ argv, cwd, streams, clock }: FsckContext): Promise<number> {
  const parsed = parseCommandLine<FsckOptions>(commandLine(), argv, EXIT_COULD_NOT_LOOK);
  if (parsed.kind === 'exit') return parsed.code;
  const { args, options } = parsed;
  const progress = createProgress('entries', streams);
  const findings = createFindings(options.maxFindings, (found) => progress.print(`damaged: ${formatFinding(found)}`));
  try {
    const objects = openTarget(args[0] ?? '', { cwd, clock });
    const found = await findIdentity(objects, { ...options, ...spkiOf(options, cwd) });
    introduce(objects, found, progress);
    const log = { objects, ...found, layout: found.identity.layout, hasher: nativeHasher };
    const summary = await auditLog({ ...log, concurrency: options.concurrency }, { findings, progress });
    progress.end();
    return conclude(summary, findings, progress);
  } catch (error) {
    progress.end();
    if (!(error instanceof CommandError)) throw error;
    streams.stderr.write(`could not look: ${error.message}\n`);
    return findings.all.length > 0 ? EXIT_DAMAGED : EXIT_COULD_NOT_LOOK;
  }
}

function commandLine(): Command {
  return new Command('npm run fsck --')
    .description(
      'Audits a whole log: the signature of the checkpoint, every tile, entry and issuer.\n' +
        'Exit code 0: healthy. 1: damaged. 2: could not look.',
    )
    .argument('<log>', 'the monitoring prefix (a URL), or a directory: of npm start, of a log, or its public/')
    .option(
      '--verifier-key <key>',
      'the key of the log, as origin+ID+base64 (repeatable, its own first)',
      repeatedArgument,
    )
    .option('--public-key <key>', 'the key of the log, as base64 of DER, or a PEM file')
    .option('--origin <origin>', 'the origin of the log (default: what the verifier key or log.json says)')
    .addOption(
      new Option('--layout <layout>', 'how entries are stored (default: what log.json says)').choices([
        'static-ct',
        'tlog-tiles',
      ]),
    )
    .option(
      '--concurrency <n>',
      'objects read side by side',
      integerArgument({ min: 1, max: CONCURRENCY_MAX }),
      CONCURRENCY_DEFAULT,
    )
    .option(
      '--max-findings <n>',
      'stop after so many',
      integerArgument({ min: 1, max: FINDINGS_MAX }),
      FINDINGS_DEFAULT,
    );
}

function spkiOf({ publicKey }: FsckOptions, cwd: string): Pick<GivenIdentity, 'spki'> {
  return publicKey === undefined ? {} : { spki: readSpki(publicKey, cwd) };
}

function introduce(objects: PublicObjects, { identity, isTakenOnTrust }: FoundIdentity, progress: Progress): void {
  progress.print(`log ${identity.origin} (${identity.layout}) in ${objects.where}`);
  if (!isTakenOnTrust) return;
  progress.print('key: from log.json, on trust: it shows that the log fits together, and not whose it is');
}

function conclude(
  { checkpoint, timestamp, issuerCount }: AuditSummary,
  findings: Findings,
  progress: Progress,
): number {
  const { length } = findings.all;
  if (checkpoint !== undefined) {
    const when = timestamp === undefined ? '' : `, signed ${new Date(timestamp).toISOString()}`;
    progress.print(`checkpoint: size ${checkpoint.size}, root ${toBase64(checkpoint.root)}${when}`);
  }
  if (length === 0) {
    progress.print(`healthy: ${checkpoint?.size ?? 0} entries, ${issuerCount} issuers`);
    return EXIT_HEALTHY;
  }
  const objects = new Set(findings.all.map(({ object }) => object)).size;
  const rest = findings.isFull ? ', and stopped there (--max-findings)' : '';
  progress.print(
    `damaged: ${length} ${length === 1 ? 'finding' : 'findings'} in ${objects} ${objects === 1 ? 'object' : 'objects'}${rest}`,
  );
  return EXIT_DAMAGED;
}
