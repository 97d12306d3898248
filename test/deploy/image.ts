import { readFileSync } from 'node:fs';
import { cp, lstat, mkdir, readdir } from 'node:fs/promises';
import { basename, join, posix, relative } from 'node:path';
import dockerignore from '@balena/dockerignore';
import { readDockerfile, type ImageSettings, type Stage, type Step } from './dockerfile.js';
import { run } from '../tools.js';

/** The files and settings that a Dockerfile makes, without what its base image brings. */
export interface Image {
  /** The folder that stands for the image's root. */
  readonly root: string;
  /** The working directory inside the image. */
  readonly workdir: string;
  readonly settings: ImageSettings;
}

interface BuiltStage extends Image {
  readonly name: string;
}

/** Builds images of one context, without a container engine. */
export interface ImageBuilder {
  /** @throws Error naming the step that failed, with what it printed. */
  build(dockerfile: string): Promise<Image>;
}

interface BuiltStage extends Image {
  readonly name: string;
}

/** What the steps of a stage can copy from. */
interface Surroundings {
  readonly context: string;
  /** The stages above. */
  readonly built: readonly BuiltStage[];
}

/**
 * Each stage of a Dockerfile becomes a folder of its own below `into`: COPY copies exactly what it names (from the context
 * only what .dockerignore lets through), and RUN runs in the stage's working directory.
 *
 * What this does not show: that the base image exists, and that its C library fits the native packages.
 *
 * @param context the top of the checkout. It must not change meanwhile: a stage that two Dockerfiles share is built once.
 */
export function createImageBuilder({ context, into }: { context: string; into: string }): ImageBuilder {
  const shared = new Map<string, Promise<BuiltStage>>();
  const buildOnce = (stage: Stage, built: readonly BuiltStage[]): Promise<BuiltStage> => {
    const key = JSON.stringify(stage);
    const known = shared.get(key);
    // What is copied from another stage depends on more than the text.
    if (known !== undefined && !key.includes('"stage":')) return known;
    const made = buildStage(stage, { root: join(into, `stage-${shared.size}`), context, built });
    shared.set(key, made);
    return made;
  };
  return {
    async build(dockerfile) {
      const built: BuiltStage[] = [];
      for (const stage of readDockerfile(dockerfile)) built.push(await buildOnce(stage, built));
      const image = built.at(-1);
      if (image === undefined) throw new Error(`${dockerfile}: got no FROM, want one`);
      return image;
    },
  };
}

async function buildStage(stage: Stage, place: Surroundings & { root: string }): Promise<BuiltStage> {
  const { root } = place;
  let workdir = '/';
  for (const step of stage.steps) {
    if (step.kind === 'workdir') workdir = posix.resolve(workdir, step.path);
    await mkdir(join(root, workdir), { recursive: true });
    if (step.kind === 'run') await runStep(step.command, join(root, workdir));
    if (step.kind === 'copy') await copyStep(step, { ...place, workdir });
  }
  return { root, workdir, name: stage.name, settings: stage.settings };
}

async function runStep(command: string, cwd: string): Promise<void> {
  const { code, stdout, stderr } = await run('/bin/sh', ['-c', command], { cwd, env: buildEnvironment() });
  if (code !== 0) throw new Error(`RUN ${command}: exit code ${code}\n${stdout}${stderr}`);
}

/** Ours, without what an npm that runs the tests says to its children; where packages come from stays as it is. */
function buildEnvironment(): NodeJS.ProcessEnv {
  const isKept = (name: string): boolean =>
    !/^npm_/i.test(name) || /^npm_config_(cache|registry|userconfig)$/i.test(name);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => isKept(name)));
}

type CopyStep = Extract<Step, { kind: 'copy' }>;

async function copyStep(step: CopyStep, place: Surroundings & { root: string; workdir: string }): Promise<void> {
  const from = originOf(step, place);
  const target = join(place.root, posix.resolve(place.workdir, step.target));
  for (const source of step.sources) {
    const isFolder = (await lstat(join(from.root, source))).isDirectory();
    const files = isFolder ? await filesBelow(join(from.root, source)) : [''];
    const wanted = files.filter((file) => from.isVisible(posix.join(relative('/', join('/', source)), file)));
    if (wanted.length === 0) throw new Error(`COPY ${source}: got no file of it from the context, want at least one`);
    for (const file of wanted) {
      await copyFile(join(from.root, source, file), isFolder ? join(target, file) : intoFolder(step, target, source));
    }
  }
}

function originOf(
  { stage }: CopyStep,
  { context, built }: Surroundings,
): {
  root: string;
  isVisible: (path: string) => boolean;
} {
  if (stage === undefined) return { root: context, isVisible: contextFilter(context) };
  const found = built.find(({ name }) => name === stage);
  if (found === undefined) throw new Error(`COPY --from=${stage}: got no stage of that name, want one above`);
  return { root: found.root, isVisible: () => true };
}

function contextFilter(context: string): (path: string) => boolean {
  return dockerignore
    .default()
    .add(readFileSync(join(context, '.dockerignore'), 'utf8'))
    .createFilter();
}

/** A target with a slash at its end, or that of several files, is a folder. */
function intoFolder({ sources, target }: CopyStep, path: string, source: string): string {
  return target.endsWith('/') || sources.length > 1 ? join(path, basename(source)) : path;
}

async function copyFile(from: string, to: string): Promise<void> {
  await mkdir(join(to, '..'), { recursive: true });
  await cp(from, to, { verbatimSymlinks: true, preserveTimestamps: true });
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}
