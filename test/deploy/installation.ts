import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePortsFor } from './free-ports.js';
import type { Image } from './image.js';
import { deploymentOf, ofKind, type Deployment, type parseManifests } from './manifests.js';
import { startPod, type Pod } from './pod.js';
import type { Sandbox } from './sandbox.js';
import { makeVolumes, mountsOf, type Contents } from './volumes.js';

type Manifests = ReturnType<typeof parseManifests>;

interface InstallationOptions {
  /** The image of each Deployment, by its name. */
  readonly images: Readonly<Record<string, Image>>;
  readonly sandbox: Sandbox;
  /** A folder of its own. */
  readonly scratch: string;
  /** What the operator makes: the Secret of the keys, the ConfigMap of the roots. */
  readonly contents: Contents;
}

/** Where something listens or is found in the configuration files of the base. */
const ADDRESS = /\b(0\.0\.0\.0|andamento-sequencer):([0-9]+)\b/g;

/** Starts one pod of each Deployment on loopback. @returns the pods by the names of their Deployments. */
export async function install(manifests: Manifests, options: InstallationOptions): Promise<Record<string, Pod>> {
  const { images, sandbox, scratch, contents } = options;
  const deployments = Object.keys(images).map((name) => deploymentOf(manifests, name));
  const ports = await freePortsFor(deployments.flatMap(containerPorts));
  const started = deployments.map((deployment): [string, Pod] => {
    const { name } = deployment.metadata;
    const image = images[name];
    if (image === undefined) throw new Error(`got no image for ${name}, want one`);
    const place = join(scratch, name);
    const mounts = mountsOf(deployment.spec.template.spec.containers[0], join(place, 'volumes'));
    const rewrite = (text: string): string => sandbox.rewrite(onLoopback(text, ports), mounts);
    mkdirSync(place, { recursive: true });
    makeVolumes(deployment, {
      base: join(place, 'volumes'),
      contents: { ...contents, ...configOf(manifests, rewrite) },
    });
    return [name, startPod(deployment, { image, mounts, sandbox, scratch: place, ports })];
  });
  return Object.fromEntries(started);
}

function containerPorts(deployment: Deployment): number[] {
  return deployment.spec.template.spec.containers[0].ports.map(({ containerPort }) => containerPort);
}

/** The ConfigMaps of the base, with every address and, where they cannot be kept, every path rewritten. */
function configOf(manifests: Manifests, rewrite: (text: string) => string): Contents {
  const maps = [...ofKind(manifests, 'ConfigMap').values()];
  return Object.fromEntries(
    maps.map(({ metadata, data }) => [
      metadata.name,
      Object.fromEntries(Object.entries(data).map(([file, text]) => [file, rewrite(text)])),
    ]),
  );
}

function onLoopback(text: string, ports: ReadonlyMap<number, number>): string {
  return text.replace(ADDRESS, (address, _host, port) => {
    const free = ports.get(Number(port));
    if (free === undefined) throw new Error(`got ${address} in a configuration, want a port of a container`);
    return `127.0.0.1:${free}`;
  });
}
