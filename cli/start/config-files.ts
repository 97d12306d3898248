import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { DataDirectoryState } from '../data-directory/state-file.js';
import type { StartFlags } from './flags.js';
import type { LogKeyFile } from './log-key-file.js';
import { LOOPBACK, type Ports } from './ports.js';
import type { Shard } from './shard.js';

/** All that the configuration of the two services is made of. */
export interface Setup {
  /** The data directory. */
  readonly directory: string;
  readonly state: DataDirectoryState;
  readonly flags: StartFlags;
  readonly ports: Ports;
  readonly key: LogKeyFile;
  readonly shard: Shard;
  /** PEM files. */
  readonly roots: readonly string[];
}

const HEADER = '# Written by npm start, each time anew.\n';

/** Writes the configuration of the sequencer. @returns the file. */
export function writeSequencerConfig({ directory, state, ports, key }: Setup): string {
  return writeConfig(join(directory, 'sequencer.yaml'), {
    rpc: { listen: at(ports.sequencer) },
    read: { listen: at(ports.read) },
    ops: { listen: at(ports.sequencerOps) },
    logs: [
      {
        name: state.log,
        origin: state.origin,
        layout: 'static-ct',
        store: { posix: { directory: state.log } },
        signers: [{ type: 'rfc6962', keyFile: key.file }],
      },
    ],
  });
}

/** Writes the configuration of the personality, which has to know where the sequencer serves. @returns the file. */
export function writePersonalityConfig(
  setup: Setup,
  { sequencer, monitoringUrl }: { sequencer: string; monitoringUrl: string },
): string {
  const { directory, state, flags, ports, key, shard, roots } = setup;
  return writeConfig(join(directory, 'personality.yaml'), {
    http: { listen: at(ports.personality) },
    ops: { listen: at(ports.personalityOps) },
    sequencer: { address: sequencer },
    logs: [
      {
        name: state.log,
        description: 'A log to try out',
        logType: 'test',
        origin: state.origin,
        submissionUrl: submissionUrl(setup),
        monitoringUrl,
        keyFile: key.file,
        roots,
        notAfterStart: new Date(shard.startMs).toISOString(),
        notAfterLimit: new Date(shard.limitMs).toISOString(),
        mmd: flags.mmd.text,
        refreshAge: flags.refreshAge.text,
      },
    ],
  });
}

/** The submission prefix. */
export function submissionUrl({ ports, state }: Setup): string {
  return `http://${at(ports.personality)}/${state.log}/`;
}

function at(port: number): string {
  return `${LOOPBACK}:${port}`;
}

function writeConfig(file: string, config: object): string {
  writeFileSync(file, HEADER + stringify(config));
  return file;
}
