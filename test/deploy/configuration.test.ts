import assert from 'node:assert/strict';
import { configSchema, type Config } from '../../personality-ct/config/config.js';
import { sequencerConfig, type SequencerConfig } from '../../sequencer/config/sequencer-config.js';
import { parseConfig } from '../../service/config-file.js';
import { describeUnless } from '../describe-unless.js';
import { deploymentOf, ofKind, parseManifests, type PodSpec } from './manifests.js';
import { renderBase, rendererMissing } from './render.js';

describeUnless(rendererMissing(), 'the configuration files in deploy/kubernetes/base', () => {
  let manifests: ReturnType<typeof parseManifests> = [];
  let sequencer: SequencerConfig;
  let personality: Config;

  before(async () => {
    manifests = parseManifests(await renderBase());
    // Throws with every problem of the file.
    sequencer = parseConfig(sequencerConfig, textOf('sequencer.yaml'), 'sequencer.yaml');
    personality = parseConfig(configSchema, textOf('personality-ct.yaml'), 'personality-ct.yaml');
  });

  function textOf(file: string): string {
    const texts = [...ofKind(manifests, 'ConfigMap').values()].flatMap(({ data }) => data[file] ?? []);
    assert.equal(texts.length, 1, `ConfigMaps with a file ${file}`);
    return texts[0] ?? '';
  }

  const podOf = (name: string): PodSpec => deploymentOf(manifests, name).spec.template.spec;
  const portsOf = (name: string): number[] => podOf(name).containers[0].ports.map(({ containerPort }) => containerPort);
  const pathsOf = (name: string): string[] => podOf(name).containers[0].volumeMounts.map(({ mountPath }) => mountPath);

  it('listen at every port that the containers say they have, on all interfaces', () => {
    const { rpc, read, ops } = sequencer;
    assert.deepEqual([rpc.listen.port, read?.listen.port, ops.listen.port], portsOf('andamento-sequencer'));
    assert.deepEqual([personality.http.listen.port, personality.ops.listen.port], portsOf('andamento-personality-ct'));
    for (const door of [rpc, read, ops, personality.http, personality.ops]) assert.equal(door?.listen.host, '0.0.0.0');
  });

  it("lead the personality to the sequencer's Service", () => {
    const { host, port } = personality.sequencer.address;
    const service = ofKind(manifests, 'Service').get(host);
    assert.deepEqual(
      service?.spec.ports.map((one) => [one.port, one.targetPort]),
      [[port, 'rpc']],
    );
  });

  it('describe the same logs, with the same origins and keys', () => {
    assert.deepEqual(
      personality.logs.map(({ sequencerLog, origin, keyFile }) => ({ name: sequencerLog, origin, keyFile })),
      sequencer.logs.map(({ name, origin, signers }) => ({ name, origin, keyFile: signers[0]?.keyFile })),
    );
  });

  it('name files and directories only below what is mounted', () => {
    const named = {
      'andamento-sequencer': sequencer.logs.flatMap(({ store, signers }) => [
        ...('posix' in store ? [store.posix.directory] : []),
        ...signers.map(({ keyFile }) => keyFile),
      ]),
      'andamento-personality-ct': personality.logs.flatMap(({ keyFile, roots }) => [keyFile, ...roots]),
    };
    for (const [name, files] of Object.entries(named)) {
      for (const file of files)
        assert.ok(
          pathsOf(name).some((path) => file.startsWith(`${path}/`)),
          file,
        );
    }
  });
});
