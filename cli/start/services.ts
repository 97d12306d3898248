import { toBase64 } from '../../tlog/bytes.js';
import type { Clock } from '../../service/clock.js';
import type { RunFile } from '../data-directory/run-file.js';
import { submissionUrl, writePersonalityConfig, writeSequencerConfig, type Setup } from './config-files.js';
import { untilReady } from './readiness.js';
import { startService, type Ending, type ServiceProcess } from './service-process.js';

/** What starting needs beside the setup. */
export interface StartOptions {
  readonly clock: Clock;
  /** Aborted when the start is to be given up. */
  readonly signal: AbortSignal;
  /** Told what takes long. */
  readonly tell: (line: string) => void;
  /** Told of every process as soon as it is there, so that it can be ended whatever happens. */
  readonly onStarted: (service: ServiceProcess) => void;
}

/** How long each service may take to drain, in ms. */
const DRAIN_TIMEOUT_MS = 60_000;

/**
 * Starts the sequencer, and then the personality, which has to know where the sequencer serves.
 *
 * @returns where everything is, when everything serves.
 * @throws CommandError when one of the two does not start. The signal's reason when that is aborted.
 */
export async function startServices(setup: Setup, options: StartOptions): Promise<RunFile> {
  const { directory, state, key } = setup;
  const sequencerConfig = writeSequencerConfig(setup);
  const sequencer = start({ service: 'sequencer', name: 'sequencer', directory, configFile: sequencerConfig }, options);
  const { rpc = '', read = '', ops: sequencerOps = '' } = await sequencer.addresses(options.signal);
  const monitoringUrl = `${read}/${state.log}/`;
  const configFile = writePersonalityConfig(setup, { sequencer: rpc, monitoringUrl });
  const personality = start({ service: 'personality-ct', name: 'personality', directory, configFile }, options);
  const { ops: personalityOps = '' } = await personality.addresses(options.signal);
  await untilReady(sequencer, sequencerOps, options);
  await untilReady(personality, personalityOps, options);
  return {
    sequencer: rpc,
    read: monitoringUrl,
    personality: submissionUrl(setup),
    ops: [sequencerOps, personalityOps],
    log: state.log,
    origin: state.origin,
    publicKey: toBase64(key.spki),
    pids: { start: process.pid, sequencer: sequencer.pid, personality: personality.pid },
  };
}

function start(of: Parameters<typeof startService>[0], { clock, onStarted }: StartOptions): ServiceProcess {
  const service = startService(of, clock);
  onStarted(service);
  return service;
}

/**
 * Drains a service. One that takes too long, or that nobody wants to wait for, is killed: what it has accepted is on
 * stable storage, and published by the next start.
 */
export async function drainService(
  service: ServiceProcess,
  { clock, hurry }: { clock: Clock; hurry: AbortSignal },
): Promise<Ending> {
  const kill = (): void => {
    service.kill();
  };
  service.terminate();
  if (hurry.aborted) kill();
  hurry.addEventListener('abort', kill);
  const cancel = clock.schedule(DRAIN_TIMEOUT_MS, kill);
  try {
    return await service.ended;
  } finally {
    cancel();
    hurry.removeEventListener('abort', kill);
  }
}
