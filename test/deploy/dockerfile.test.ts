import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import dockerignore from '@balena/dockerignore';
import { parse } from 'yaml';
import { describeUnless } from '../describe-unless.js';
import { projectRoot } from '../testdata.js';
import { readDockerfile, type Stage } from './dockerfile.js';
import type { Deployment, PodSpec } from './manifests.js';
import { findTool, run } from '../tools.js';

const DEPLOY = join(projectRoot(), 'deploy');
const SERVICES = ['sequencer', 'personality-ct'];
const NO_HADOLINT = findTool('hadolint') === undefined ? 'hadolint is not installed' : undefined;

for (const service of SERVICES) {
  const file = join(DEPLOY, `${service}.Dockerfile`);

  describe(`deploy/${service}.Dockerfile`, () => {
    const stages = readDockerfile(file);
    const { settings } = stages.at(-1) ?? assert.fail('no stage');
    const { containers, securityContext } = podOf(service);
    const [{ command, args, ports }] = containers;
    const { runAsUser, runAsGroup } = securityContext;

    it('copies from the checkout only what is there and .dockerignore lets through', () => {
      const isVisible = contextFilter();
      for (const source of sourcesOf(stages)) {
        assert.ok(existsSync(join(projectRoot(), source)), `${source} does not exist`);
        assert.ok(isVisible(source), `${source} is hidden by .dockerignore`);
      }
    });

    it('copies no room of the other service', () => {
      const others = SERVICES.filter((name) => name !== service);
      assert.deepEqual(
        sourcesOf(stages).filter((source) => others.includes(source.split('/')[0] ?? '')),
        [],
      );
    });

    it('starts by itself what the manifest starts', () => {
      assert.deepEqual(settings.entrypoint, command);
      assert.deepEqual(settings.command, args);
    });

    it("runs as the manifest's user, by number", () => {
      assert.equal(settings.user, `${runAsUser}:${runAsGroup}`);
    });

    it("exposes the manifest's ports", () => {
      assert.deepEqual(
        settings.ports,
        ports.map(({ containerPort }) => containerPort),
      );
    });

    describeUnless(NO_HADOLINT, 'judged by hadolint', () => {
      it('is accepted', async () => {
        const { code, stdout } = await run(findTool('hadolint') ?? '', [file]);
        assert.equal(code, 0, stdout);
      });
    });
  });
}

describe('.dockerignore', () => {
  for (const path of ['data/log-key.pem', 'node_modules/zod/package.json', '.git/config', 'tlog/tile.test.ts']) {
    it(`keeps ${path} out of the build`, () => {
      assert.equal(contextFilter()(path), false);
    });
  }
});

describe('readDockerfile()', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(join(tmpdir(), 'andamento-dockerfile-'))));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  function read(text: string): Stage[] {
    const file = join(folder, 'Dockerfile');
    writeFileSync(file, text);
    return readDockerfile(file);
  }

  it('refuses an instruction that it does not know, with its line', () => {
    assert.throws(() => read('FROM a\nADD https://example.com/ .\n'), /line 2: ADD is not known/);
  });

  it('refuses a command for a shell', () => {
    assert.throws(() => read('FROM a\nENTRYPOINT node main.js\n'), /line 2: want the exec form/);
  });

  it('tells a copy from the context from one of a stage', () => {
    const [, image] = read('FROM a AS build\nFROM a\nCOPY b c/\nCOPY --from=build /d e f/\n');
    assert.deepEqual(image?.steps, [
      { kind: 'copy', stage: undefined, sources: ['b'], target: 'c/' },
      { kind: 'copy', stage: 'build', sources: ['/d', 'e'], target: 'f/' },
    ]);
  });
});

function sourcesOf(stages: readonly Stage[]): string[] {
  const copies = stages.flatMap(({ steps }) => steps.filter((step) => step.kind === 'copy'));
  return copies.filter(({ stage }) => stage === undefined).flatMap(({ sources }) => sources);
}

function contextFilter(): (path: string) => boolean {
  const rules = readFileSync(join(projectRoot(), '.dockerignore'), 'utf8');
  return dockerignore.default().add(rules).createFilter();
}

/** From the file itself: what a Dockerfile has to agree with needs no kubectl. */
function podOf(service: string): PodSpec {
  const file = join(DEPLOY, 'kubernetes', 'base', service, 'deployment.yaml');
  return (parse(readFileSync(file, 'utf8')) as Deployment).spec.template.spec;
}
