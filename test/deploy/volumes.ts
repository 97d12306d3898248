import { chownSync, mkdirSync, symlinkSync, writeFileSync, chmodSync } from 'node:fs';
import { join } from 'node:path';
import type { Container, Deployment } from './manifests.js';
import type { Mount } from './sandbox.js';

/** The files of ConfigMaps and Secrets, by the name of the object and then of the file. */
export type Contents = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What a kubelet makes of a Secret when the manifest says nothing else. Source: Kubernetes API, SecretVolumeSource. */
const DEFAULT_MODE = 0o644;
/** Set-group-ID, and writable for the group: what fsGroup makes of a volume. */
const WRITABLE_MODE = 0o2775;
const IS_ROOT = process.getuid?.() === 0;

/** Which folders below `base` stand for the volumes of a Deployment's container. */
export function mountsOf({ volumeMounts }: Container, base: string): Mount[] {
  return volumeMounts.map(({ name, mountPath, readOnly = false }) => ({
    source: join(base, name),
    path: mountPath,
    isReadOnly: readOnly,
  }));
}

/**
 * Makes the volumes of a Deployment below `base`, with the modes, the group and the symbolic links that a kubelet makes.
 *
 * @throws Error when a ConfigMap or Secret is mounted that `contents` does not have.
 */
export function makeVolumes(deployment: Deployment, { base, contents }: { base: string; contents: Contents }): void {
  const { volumes, securityContext } = deployment.spec.template.spec;
  const group = securityContext.fsGroup;
  for (const volume of volumes) {
    const folder = join(base, volume.name);
    mkdirSync(folder, { recursive: true });
    if (volume.configMap !== undefined) {
      project(folder, { files: filesOf(contents, volume.configMap.name), mode: DEFAULT_MODE, group });
    } else if (volume.secret !== undefined) {
      const { secretName, defaultMode } = volume.secret;
      project(folder, { files: filesOf(contents, secretName), mode: defaultMode, group });
    } else {
      own(folder, WRITABLE_MODE, group);
    }
  }
}

function filesOf(contents: Contents, name: string): Readonly<Record<string, string>> {
  const files = contents[name];
  if (files === undefined) throw new Error(`got no ConfigMap or Secret ${name}, want one`);
  return files;
}

interface Projection {
  readonly files: Readonly<Record<string, string>>;
  readonly mode: number;
  readonly group: number;
}

/** Every file is a link through ..data, which a kubelet exchanges in one step when the object changes. */
function project(folder: string, { files, mode, group }: Projection): void {
  mkdirSync(join(folder, '..1'));
  symlinkSync('..1', join(folder, '..data'));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, '..1', name), content);
    own(join(folder, '..1', name), mode, group);
    symlinkSync(join('..data', name), join(folder, name));
  }
  for (const each of [folder, join(folder, '..1')]) own(each, 0o755, group);
}

/** Only root may give a file to a group that is not its own; for others the group stays what it is. */
function own(path: string, mode: number, group: number): void {
  if (IS_ROOT) chownSync(path, 0, group);
  chmodSync(path, mode);
}
