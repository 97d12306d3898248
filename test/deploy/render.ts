import { join } from 'node:path';
import { projectRoot } from '../testdata.js';
import { findTool, run } from '../tools.js';

const BASE = join(projectRoot(), 'deploy', 'kubernetes', 'base');

/** Why the base cannot be rendered here; undefined if it can. */
export function rendererMissing(): string | undefined {
  return findTool('kubectl') === undefined ? 'kubectl is not installed' : undefined;
}

/** What `kubectl apply -k` would send. @throws Error with what kubectl said. */
export async function renderBase(): Promise<string> {
  const { code, stdout, stderr } = await run(findTool('kubectl') ?? 'kubectl', ['kustomize', BASE]);
  if (code !== 0) throw new Error(`kubectl kustomize ${BASE}: exit code ${code}\n${stderr}`);
  return stdout;
}
