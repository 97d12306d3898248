import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { ConfigError } from './config-error.js';
import { describeIssues } from './config-problem.js';

/** The largest configuration file that is read, in bytes. Real ones have a few KiB. */
const CONFIG_SIZE_MAX_BYTES = 1024 * 1024;

/**
 * Reads and checks a YAML configuration file.
 *
 * @throws ConfigError with every problem of the file, or the one that keeps it from being read.
 */
export async function loadConfig<T>(schema: z.ZodType<T>, file: string): Promise<T> {
  return parseConfig(schema, await readConfigText(file), file);
}

/**
 * Checks the text of a YAML configuration file.
 *
 * @param file the name of the file, for the problems.
 * @throws ConfigError with every problem: those of the syntax, or, where the syntax is right, those of the values.
 */
export function parseConfig<T>(schema: z.ZodType<T>, text: string, file: string): T {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const syntax = [...document.errors, ...document.warnings];
  if (syntax.length > 0) throw new ConfigError(syntax.map(({ pos, message }) => `${at(pos[0])}: ${message}`));
  const value = toValue(document, file);
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = describeIssues(result.error.issues, { document, value });
  throw new ConfigError(problems.map(({ offset, sentence }) => `${at(offset)}: ${sentence}`));
}

/** The place that a path in a configuration file means: relative ones start at the directory of that file. */
export function resolveFromConfig(file: string, path: string): string {
  return resolve(dirname(file), path);
}

function toValue(document: { toJS(): unknown }, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // Aliases that are undefined, or so many that they would fill the memory, are found only here.
    throw new ConfigError([`${file}: ${(error as Error).message}`]);
  }
}

async function readConfigText(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > CONFIG_SIZE_MAX_BYTES) {
      throw new ConfigError([`${file}: has ${size} bytes; a configuration file has at most ${CONFIG_SIZE_MAX_BYTES}`]);
    }
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError([`${file}: cannot be read: ${(error as Error).message}`]);
  }
}
