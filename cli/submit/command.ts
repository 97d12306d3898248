import { Command } from 'commander';
import { resolve } from 'node:path';
import { rootSet } from '../../personality-ct/core/roots.js';
import { laxRules } from '../../personality-ct/core/rules.js';
import { createIssuerCache } from '../../personality-ct/crypto/issuer-cache.js';
import { createSctVerifier } from '../../personality-ct/crypto/sct-key.js';
import { createSignatureVerifier } from '../../personality-ct/crypto/signature-verifier.js';
import type { Clock } from '../../service/clock.js';
import { nativeHasher } from '../../service/native-hasher.js';
import { logIdOf } from '../../tlog/rfc6962.js';
import { inOrder } from '../in-order.js';
import { readSpki } from '../public-log/log-key.js';
import { CommandError } from '../terminal/command-error.js';
import { integerArgument, parseCommandLine, urlArgument } from '../terminal/command-line.js';
import { createProgress, type Progress, type Streams } from '../terminal/progress.js';
import { createCheckpointWatch } from './checkpoint-watch.js';
import { createInclusionProver } from './inclusion.js';
import { exitCodeOf, formatOutcome, formatSummary } from './report.js';
import { submitFile, type Outcome, type Submitter } from './submission.js';
import { createSubmissionClient } from './submission-client.js';
import { openTargetLog, type GivenLog, type TargetLog } from './target-log.js';

const EXIT_COULD_NOT_LOOK = 2;

/** Where a data directory lies unless told otherwise: as in npm start. */
const DIRECTORY_DEFAULT = 'data';

/** Chains in flight unless given: enough that a log which publishes five times a second is not waited for one by one. */
const CONCURRENCY_DEFAULT = 32;
const CONCURRENCY_MAX = 2_048;

/** How long to wait for an answer, and then for a checkpoint, in s, unless given. */
const TIMEOUT_DEFAULT_S = 60;
const TIMEOUT_MAX_S = 86_400;

interface SubmitOptions extends Omit<GivenLog, 'spki'> {
  readonly publicKey?: string;
  readonly dir?: string;
  readonly concurrency: number;
  readonly timeout: number;
}

/** What the command takes from its process. */
export interface SubmitContext {
  readonly argv: readonly string[];
  /** What relative paths start from. */
  readonly cwd: string;
  readonly streams: Streams;
  readonly clock: Clock;
}

/** Submits chains, and verifies what the log promises and does. @returns the exit code. */
export async function runSubmit(context: SubmitContext): Promise<number> {
  const parsed = parseCommandLine<SubmitOptions>(commandLine(), context.argv, EXIT_COULD_NOT_LOOK);
  if (parsed.kind === 'exit') return parsed.code;
  const { args, options } = parsed;
  const progress = createProgress('chains', context.streams);
  const { signal } = new AbortController();
  try {
    const { publicKey } = options;
    const given = { ...options, ...(publicKey === undefined ? {} : { spki: readSpki(publicKey, context.cwd) }) };
    const log = await openTargetLog(given, { directory: directoryOf(options, context), clock: context.clock });
    introduce(log, progress);
    const submitter = await createSubmitter(log, { ...context, timeoutMs: options.timeout * 1_000, signal });
    const files = args.map((file) => resolve(context.cwd, file));
    const outcomes = await submitAll(submitter, files, { concurrency: options.concurrency, progress, signal });
    progress.print(formatSummary(outcomes));
    return exitCodeOf(outcomes);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    context.streams.stderr.write(`could not look: ${error.message}\n`);
    return EXIT_COULD_NOT_LOOK;
  }
}

async function submitAll(
  submitter: Submitter,
  files: readonly string[],
  { concurrency, progress, signal }: { concurrency: number; progress: Progress; signal: AbortSignal },
): Promise<ReadonlyMap<Outcome['kind'], number>> {
  const outcomes = new Map<Outcome['kind'], number>();
  progress.begin(files.length);
  try {
    for await (const outcome of inOrder(files, concurrency, (file) => submitFile(submitter, file, signal))) {
      progress.print(formatOutcome(outcome));
      progress.advance(1);
      outcomes.set(outcome.kind, (outcomes.get(outcome.kind) ?? 0) + 1);
    }
  } finally {
    progress.end();
  }
  return outcomes;
}

async function createSubmitter(
  log: TargetLog,
  { clock, timeoutMs, signal }: { clock: Clock; timeoutMs: number; signal: AbortSignal },
): Promise<Submitter> {
  const client = createSubmissionClient(log.submissionPrefix, { clock, timeoutMs });
  return {
    client,
    judge: {
      roots: rootSet(nativeHasher, await client.roots(signal)),
      rules: laxRules,
      verifySignature: createSignatureVerifier(),
      readIssuer: createIssuerCache(nativeHasher),
    },
    hasher: nativeHasher,
    logId: logIdOf(nativeHasher, log.spki),
    verify: createSctVerifier(log.spki),
    watch: createCheckpointWatch(log, { clock, timeoutMs }),
    prover: createInclusionProver(log.objects, nativeHasher),
    now: () => clock.now(),
  };
}

function introduce({ submissionPrefix, identity, isTakenOnTrust }: TargetLog, progress: Progress): void {
  progress.print(`log ${identity.origin} at ${submissionPrefix}`);
  if (isTakenOnTrust) progress.print('key: from log.v3.json, on trust: give --public-key to know whose log it is');
}

function directoryOf({ dir }: SubmitOptions, { cwd }: SubmitContext): string {
  return dir === undefined ? resolve(DIRECTORY_DEFAULT) : resolve(cwd, dir);
}

function commandLine(): Command {
  const count = integerArgument({ min: 1, max: CONCURRENCY_MAX });
  const seconds = integerArgument({ min: 1, max: TIMEOUT_MAX_S });
  return new Command('npm run submit --')
    .description(
      'Submits chains to a log, and verifies the SCT of each and its inclusion in the tiles that the log serves.\n' +
        'Exit code 0: all verified. 1: one was refused or is not verified. 2: could not look.',
    )
    .argument('<file...>', 'PEM files, each a chain with the leaf first')
    .option('--dir <dir>', 'the data directory of a running npm start (default: data in the project)')
    .option('--log <url>', 'another log, by its submission prefix', urlArgument)
    .option('--read <url>', 'its monitoring prefix (default: what its log.v3.json says)', urlArgument)
    .option('--public-key <key>', 'its key, base64 of DER or a PEM file (default: what its log.v3.json says)')
    .option('--origin <origin>', 'its origin (default: what log.json says, or the submission prefix)')
    .option('--concurrency <n>', 'chains in flight', count, CONCURRENCY_DEFAULT)
    .option('--timeout <seconds>', 'how long to wait for an answer, and for a checkpoint', seconds, TIMEOUT_DEFAULT_S);
}
