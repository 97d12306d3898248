import { SingleBar } from 'cli-progress';

/** Shows how far a long task is: a bar on a terminal, and a plain line every tenth elsewhere. */
export interface Progress {
  begin(total: number): void;
  advance(count: number): void;
  /** Writes a line on stdout, above the bar where there is one. */
  print(line: string): void;
  end(): void;
}

/** Where progress is shown. */
export interface Streams {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** Tasks smaller than this are done before anybody asks how far they are. */
const PLAIN_TOTAL_MIN = 10_000;

/** To the beginning of the line, and all of it erased. Source: ECMA-48, EL. */
const ERASE_LINE = '\r\u001b[2K';

/** @param what is counted, in the plural, like `entries`. */
export function createProgress(what: string, streams: Streams): Progress {
  return streams.stderr.isTTY === true ? barProgress(what, streams) : plainProgress(what, streams);
}

function barProgress(what: string, { stdout, stderr }: Streams): Progress {
  const format = `{bar} {percentage}% | {value} of {total} ${what} | {eta_formatted} left`;
  const bar = new SingleBar({ format, stream: stderr, clearOnComplete: true, hideCursor: null, etaBuffer: 100 });
  return {
    begin: (total) => bar.start(total, 0),
    advance: (count) => bar.increment(count),
    print(line) {
      stderr.write(ERASE_LINE);
      stdout.write(`${line}\n`);
    },
    end: () => bar.stop(),
  };
}

function plainProgress(what: string, { stdout, stderr }: Streams): Progress {
  let [total, done, told] = [0, 0, 0];
  return {
    begin(newTotal) {
      total = newTotal;
    },
    advance(count) {
      done += count;
      const tenths = Math.floor((10 * done) / total);
      if (total < PLAIN_TOTAL_MIN || tenths === told) return;
      told = tenths;
      stderr.write(`${done} of ${total} ${what}\n`);
    },
    print: (line) => void stdout.write(`${line}\n`),
    end: () => undefined,
  };
}
