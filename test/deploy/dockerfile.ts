import { readFileSync } from 'node:fs';
import {
  Cmd,
  Copy,
  DockerfileParser,
  Entrypoint,
  Env,
  From,
  Run,
  User,
  Workdir,
  type Instruction,
} from 'dockerfile-ast';

/** One instruction that changes files. */
export type Step =
  | { readonly kind: 'workdir'; readonly path: string }
  | { readonly kind: 'run'; readonly command: string }
  | {
      readonly kind: 'copy';
      /** The stage that is copied from; undefined for the build context. */
      readonly stage: string | undefined;
      readonly sources: readonly string[];
      readonly target: string;
    };

/** What a container engine takes from an image to start a process. */
export interface ImageSettings {
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string | undefined;
  readonly ports: readonly number[];
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
}

/** From one FROM to the next. */
export interface Stage {
  /** The name behind AS; empty for a stage that has none. */
  readonly name: string;
  readonly steps: readonly Step[];
  readonly settings: ImageSettings;
}

/**
 * Reads the stages of a Dockerfile, in order; the last one is the image.
 *
 * @throws Error for an instruction that these tests do not know: they would otherwise pass over it in silence.
 */
export function readDockerfile(file: string): Stage[] {
  const stages: Stage[] = [];
  for (const instruction of DockerfileParser.parse(readFileSync(file, 'utf8')).getInstructions()) {
    const stage = stages.pop();
    if (instruction instanceof From) stages.push(...(stage === undefined ? [] : [stage]), emptyStage(instruction));
    // An ARG above the first FROM only names the base image.
    else if (stage !== undefined) stages.push(withInstruction(stage, instruction));
  }
  return stages;
}

function emptyStage(from: From): Stage {
  const settings = { environment: {}, user: undefined, ports: [], entrypoint: [], command: [] };
  return { name: from.getBuildStage() ?? '', steps: [], settings };
}

function withInstruction(stage: Stage, instruction: Instruction): Stage {
  const step = stepOf(instruction);
  if (step !== undefined) return { ...stage, steps: [...stage.steps, step] };
  return { ...stage, settings: { ...stage.settings, ...settingsOf(instruction, stage.settings) } };
}

function stepOf(instruction: Instruction): Step | undefined {
  const text = instruction.getArgumentsContent() ?? '';
  if (instruction instanceof Workdir) return { kind: 'workdir', path: text };
  if (instruction instanceof Run) return { kind: 'run', command: text };
  return instruction instanceof Copy ? copyStep(instruction) : undefined;
}

function settingsOf(instruction: Instruction, { environment }: ImageSettings): Partial<ImageSettings> {
  const text = instruction.getArgumentsContent() ?? '';
  if (instruction instanceof Env) return { environment: { ...environment, ...environmentOf(instruction) } };
  if (instruction instanceof User) return { user: text };
  if (instruction instanceof Entrypoint) return { entrypoint: execForm(instruction) };
  if (instruction instanceof Cmd) return { command: execForm(instruction) };
  if (instruction.getKeyword() === 'EXPOSE') return { ports: text.split(/\s+/).map(Number) };
  throw new Error(`line ${lineOf(instruction)}: ${instruction.getKeyword()} is not known to these tests`);
}

function copyStep(copy: Copy): Step {
  const paths = copy.getArguments().map((argument) => argument.getValue());
  const target = paths.pop() ?? '';
  return { kind: 'copy', stage: copy.getFromFlag()?.getValue() ?? undefined, sources: paths, target };
}

function environmentOf(env: Env): Record<string, string> {
  return Object.fromEntries(env.getProperties().map((property) => [property.getName(), property.getValue() ?? '']));
}

/** @throws Error for the shell form: a shell as process 1 hands no signal down. */
function execForm(instruction: Cmd | Entrypoint): string[] {
  const words = instruction.getJSONStrings();
  if (words.length === 0) throw new Error(`line ${lineOf(instruction)}: want the exec form, ["program", "argument"]`);
  return words.map((word) => word.getJSONValue());
}

function lineOf(instruction: Instruction): number {
  return instruction.getRange().start.line + 1;
}
