import { findTool, run } from '../tools.js';

/** The tools that test/judges/build builds. */
export type JudgeName = 'tesseract-fsck' | 'tessera-fsck' | 'sunlight-verify' | 'grpcurl';

/** What a judge found. */
export interface Verdict {
  readonly healthy: boolean;
  /** Everything that it said. */
  readonly said: string;
}

/** A judge takes about 1 s for the logs of the tests. */
const JUDGE_TIMEOUT_MS = 60_000;
/** A worker of the fscks ends at the first damage; when all have, the fsck hangs. */
const FSCK_WORKERS = '16';

/** Why the tests that need this tool cannot run; undefined when they can. */
export function judgeMissing(name: JudgeName): string | undefined {
  return findTool(name) === undefined ? `${name} is not there; test/judges/build builds it` : undefined;
}

/** Runs a judge to its end. */
export function runJudge(name: JudgeName, args: readonly string[]): ReturnType<typeof run> {
  const file = findTool(name);
  if (file === undefined) throw new Error(judgeMissing(name));
  return run(file, args, { timeout: JUDGE_TIMEOUT_MS });
}

/**
 * Asks a fsck of TesseraCT or Tessera. Without a terminal their exit code is 0 whatever they find, so what counts is
 * what they say.
 */
export async function askFsck(name: 'tesseract-fsck' | 'tessera-fsck', args: readonly string[]): Promise<Verdict> {
  const { code, stdout, stderr } = await runJudge(name, ['-ui=false', '-N', FSCK_WORKERS, ...args]);
  const said = stdout + stderr;
  const complaint = /Couldn't fetch issuer|fsck failed/.test(said);
  return { healthy: code === 0 && said.includes("Successfully fsck'd log") && !complaint, said };
}

/** Asks sunlight-verify, whose exit code is honest. @throws Error when it could not look. */
export async function askSunlight(args: readonly string[]): Promise<Verdict> {
  const { code, stdout, stderr } = await runJudge('sunlight-verify', args);
  const said = stdout + stderr;
  if (code !== 0 && code !== 1) throw new Error(`sunlight-verify could not look: ${said}`);
  return { healthy: code === 0, said };
}
