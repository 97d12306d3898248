import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeUnless } from '../describe-unless.js';
import { deploymentOf, ofKind, parseManifests, type Deployment, type PodSpec, type Volume } from './manifests.js';
import { renderBase, rendererMissing } from './render.js';
import { findTool, run } from '../tools.js';

/** What deploy/README.md tells the operator to make. */
const MADE_BY_THE_OPERATOR = ['andamento-log-keys', 'andamento-roots'];

describeUnless(rendererMissing(), 'deploy/kubernetes/base', () => {
  let rendered = '';
  let manifests: ReturnType<typeof parseManifests> = [];

  before(async () => {
    rendered = await renderBase();
    manifests = parseManifests(rendered);
  });

  const deployments = (): Deployment[] => [...ofKind(manifests, 'Deployment').values()];
  const podSpecs = (): PodSpec[] => deployments().map(({ spec }) => spec.template.spec);

  it('renders a Deployment of each service', () => {
    assert.deepEqual(
      deployments()
        .map(({ metadata }) => metadata.name)
        .sort(),
      ['andamento-personality-ct', 'andamento-sequencer'],
    );
  });

  it('mounts nothing but what it brings or the operator is told to make', () => {
    const known = new Set([...manifests.map(({ metadata }) => metadata.name), ...MADE_BY_THE_OPERATOR]);
    const mounted = podSpecs().flatMap(({ volumes }) => volumes.flatMap(sourceOf));
    assert.deepEqual(
      mounted.filter((name) => !known.has(name)),
      [],
    );
    assert.deepEqual(
      MADE_BY_THE_OPERATOR.filter((name) => !mounted.includes(name)),
      [],
    );
  });

  it('mounts every volume that it names', () => {
    for (const { volumes, containers } of podSpecs()) {
      const names = containers[0].volumeMounts.map(({ name }) => name);
      assert.deepEqual(volumes.map(({ name }) => name).sort(), names.toSorted());
    }
  });

  it('runs as nobody in particular, with a root that cannot be written and no rights', () => {
    for (const { securityContext, containers } of podSpecs()) {
      const { runAsUser, runAsGroup, fsGroup } = securityContext;
      assert.ok(runAsUser > 0 && runAsGroup === runAsUser && fsGroup === runAsUser);
      const { runAsNonRoot, seccompProfile } = securityContext;
      assert.deepEqual(
        { runAsNonRoot, seccompProfile },
        { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      );
      assert.deepEqual(containers[0].securityContext, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  it('gives the keys to the group of the process, and to nobody else', () => {
    const modes = podSpecs().flatMap(({ volumes }) => volumes.flatMap(({ secret }) => secret?.defaultMode ?? []));
    assert.deepEqual(modes, [0o440, 0o440]);
  });

  it('leads every Service to a port of the pods that it selects', () => {
    for (const { metadata, spec } of ofKind(manifests, 'Service').values()) {
      const pods = deployments().filter((one) => matches(spec.selector, one));
      assert.equal(pods.length, 1, metadata.name);
      const names = pods.flatMap(portNames);
      for (const { targetPort } of spec.ports) assert.ok(names.includes(targetPort), `${metadata.name}: ${targetPort}`);
    }
  });

  it('lets nobody but the personality reach the gRPC port', () => {
    const personality = deploymentOf(manifests, 'andamento-personality-ct').spec.template.metadata.labels;
    const sequencer = deploymentOf(manifests, 'andamento-sequencer');
    const policies = [...ofKind(manifests, 'NetworkPolicy').values()].filter(({ spec }) =>
      matches(spec.podSelector.matchLabels, sequencer),
    );
    const doors = policies
      .flatMap(({ spec }) => spec.ingress)
      .filter(({ ports }) => ports.some(({ port }) => port === 'rpc'));
    const name = 'app.kubernetes.io/name';
    assert.deepEqual(doors, [
      {
        from: [{ podSelector: { matchLabels: { [name]: personality[name] } } }],
        ports: [{ protocol: 'TCP', port: 'rpc' }],
      },
    ]);
  });

  it('names in its policies only ports that the pods have', () => {
    for (const { spec } of ofKind(manifests, 'NetworkPolicy').values()) {
      const names = deployments()
        .filter((one) => matches(spec.podSelector.matchLabels, one))
        .flatMap(portNames);
      const allowed = spec.ingress.flatMap(({ ports }) => ports.map(({ port }) => port));
      assert.deepEqual(allowed.toSorted(), names.toSorted());
    }
  });

  describeUnless(
    findTool('kubectl-validate') === undefined ? 'kubectl-validate is not in .tools' : undefined,
    'judged by kubectl-validate',
    () => {
      const judge = async (manifest: string): Promise<number> => {
        const folder = mkdtempSync(join(tmpdir(), 'andamento-manifests-'));
        try {
          writeFileSync(join(folder, 'base.yaml'), manifest);
          return (await run(findTool('kubectl-validate') ?? '', [folder])).code;
        } finally {
          rmSync(folder, { recursive: true });
        }
      };

      it('is accepted', async () => {
        assert.equal(await judge(rendered), 0);
      });

      const damages = [
        { desc: 'a number is a word', from: 'replicas: 2', to: 'replicas: two' },
        { desc: 'a field does not exist', from: 'readOnlyRootFilesystem:', to: 'readOnlyRootFileSystem:' },
        {
          desc: 'a required field is missing',
          from: /^ {2}selector:\n {4}matchLabels:\n.*\n {2}strategy:/m,
          to: '  strategy:',
        },
        { desc: 'a kind does not exist', from: 'kind: PodDisruptionBudget', to: 'kind: PodDisruptionBudgets' },
      ];
      for (const { desc, from, to } of damages) {
        it(`is refused when ${desc}`, async () => {
          const damaged = rendered.replace(from, to);
          assert.notEqual(damaged, rendered);
          assert.equal(await judge(damaged), 1);
        });
      }
    },
  );
});

function sourceOf({ configMap, secret, persistentVolumeClaim }: Volume): string[] {
  const name = configMap?.name ?? secret?.secretName ?? persistentVolumeClaim?.claimName;
  return name === undefined ? [] : [name];
}

function matches(selector: Readonly<Record<string, string>>, { spec }: Deployment): boolean {
  const { labels } = spec.template.metadata;
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

function portNames({ spec }: Deployment): string[] {
  return spec.template.spec.containers[0].ports.map(({ name }) => name);
}
