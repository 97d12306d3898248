import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestCa } from '../../cli/test-ca.js';
import { toBase64 } from '../../tlog/bytes.js';
import { describeUnless } from '../describe-unless.js';
import { fetchObject } from '../fetch-object.js';
import { verifyCheckpoint } from '../served-checkpoint.js';
import { projectRoot } from '../testdata.js';
import { until } from '../until.js';
import { createImageBuilder, type Image } from './image.js';
import { install } from './installation.js';
import { parseManifests } from './manifests.js';
import type { Pod } from './pod.js';
import { renderBase, rendererMissing } from './render.js';
import { mountNamespace, pathRewriter, type Sandbox } from './sandbox.js';
import { run } from '../tools.js';

/** Two times npm ci, two builds, and npm ci without development packages, on a busy machine. */
const BUILD_TIMEOUT_MS = 600_000;
const START_TIMEOUT_MS = 60_000;
/** With retries of a personality that was there before its sequencer. */
const TEST_TIMEOUT_MS = 120_000;

const LOG = 'example2027h1';
const ORIGIN = `ct.example.net/${LOG}`;
const NOT_BEFORE = new Date('2027-02-01T00:00:00Z');
const NOT_AFTER = new Date('2027-03-01T00:00:00Z');
const DOCKERFILES = { 'andamento-sequencer': 'sequencer', 'andamento-personality-ct': 'personality-ct' };

describeUnless(whyNot(), 'the pods of deploy/kubernetes/base', () => {
  const images: Record<string, Image> = {};
  const pods: Pod[] = [];
  let scratch = '';

  before(async function () {
    this.timeout(BUILD_TIMEOUT_MS);
    scratch = mkdtempSync(join(tmpdir(), 'andamento-pods-'));
    const builder = createImageBuilder({ context: projectRoot(), into: join(scratch, 'images') });
    for (const [name, service] of Object.entries(DOCKERFILES)) {
      images[name] = await builder.build(join(projectRoot(), 'deploy', `${service}.Dockerfile`));
    }
  });
  afterEach(function () {
    if (this.currentTest?.state !== 'failed') return;
    for (const pod of pods) console.log(pod.output());
  });
  after(async function () {
    // Three times node_modules, many small files.
    this.timeout(BUILD_TIMEOUT_MS);
    await Promise.all(pods.map((pod) => pod.kill()));
    rmSync(scratch, { recursive: true, force: true });
  });

  for (const [name, service] of Object.entries(DOCKERFILES)) {
    it(`have in the image of ${service} everything that its command needs to start`, async () => {
      const { root, workdir, settings } = images[name] ?? assert.fail('no image');
      const [file, ...args] = settings.entrypoint;
      assert.ok(file !== undefined);
      const { code, stdout, stderr } = await run(file, [...args, '--help'], { cwd: join(root, workdir) });
      assert.equal(code, 0, stderr);
      assert.match(stdout, new RegExp(`^Usage: ${service} `));
    });
  }

  it('start from exactly their manifests, take a chain and stop, with paths rewritten', async function () {
    this.timeout(TEST_TIMEOUT_MS);
    await serveOneChain(pathRewriter, 'rewritten');
  });

  it('do so in a read-only root of their own, with every path as it is, and without capabilities', async function () {
    this.timeout(TEST_TIMEOUT_MS);
    const sandbox = await mountNamespace();
    if (sandbox === undefined) {
      console.log('      skipped: this machine gives no mount namespace (unshare --mount)');
      this.skip();
    }
    await serveOneChain(sandbox, 'namespace');
  });

  async function serveOneChain(sandbox: Sandbox, folder: string): Promise<void> {
    const testCa = createTestCa({ now: NOT_BEFORE });
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const contents = {
      'andamento-log-keys': { [`${LOG}.pem`]: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() },
      'andamento-roots': { 'roots.pem': testCa.files.rootPem },
    };
    const manifests = parseManifests(await renderBase());
    const installed = await install(manifests, { images, sandbox, scratch: join(scratch, folder), contents });
    pods.push(...Object.values(installed));
    const { 'andamento-sequencer': sequencer, 'andamento-personality-ct': personality } = installed;
    assert.ok(sequencer !== undefined && personality !== undefined);
    for (const pod of [sequencer, personality]) await pass(pod);

    const leaf = { kind: 'certificate', name: 'example.com', notBefore: NOT_BEFORE, notAfter: NOT_AFTER } as const;
    const chain = testCa.issue(leaf).chain.map(toBase64);
    const response = await fetch(`http://${personality.address('http')}/${LOG}/ct/v1/add-chain`, {
      method: 'POST',
      body: JSON.stringify({ chain }),
    });
    assert.equal(response.status, 200, await response.clone().text());
    assert.equal(((await response.json()) as { sct_version: number }).sct_version, 0);

    const bytes = await fetchObject(`http://${sequencer.address('read')}/${LOG}/checkpoint`);
    const spki = publicKey.export({ type: 'spki', format: 'der' });
    assert.equal(verifyCheckpoint(bytes, { origin: ORIGIN, spki }).size, 1);

    for (const pod of [personality, sequencer]) {
      assert.equal(await pod.stop(), 0);
      assert.doesNotMatch(pod.output(), /"level":"(warn|error|fatal)".*key file/);
    }
  }
});

async function pass(pod: Pod): Promise<void> {
  for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe'] as const) {
    await until(`the ${probe} passes`, START_TIMEOUT_MS, async () => ((await pod.passes(probe)) ? true : undefined));
  }
}

/** Why these tests do not run here; undefined if they do. */
function whyNot(): string | undefined {
  if (process.env['ANDAMENTO_TEST_IMAGES'] === undefined) {
    return 'ANDAMENTO_TEST_IMAGES=1 is not set; building the images takes minutes and packages from the registry';
  }
  return rendererMissing();
}
