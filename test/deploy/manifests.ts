import { parseAllDocuments } from 'yaml';

// Only what the tests look at. That each object is whole is for kubectl-validate to say, which knows the real schemas.

type Labels = Readonly<Record<string, string>>;

/** A way to ask a container how it does. */
export type Probe =
  | { readonly httpGet: { readonly path: string; readonly port: string | number } }
  | { readonly grpc: { readonly port: number } };

/** The one container of a Deployment's pods. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
  readonly securityContext: unknown;
}

/** One of the volumes of a pod, from its four kinds of sources. */
export interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string };
  readonly secret?: { readonly secretName: string; readonly defaultMode: number };
  readonly persistentVolumeClaim?: { readonly claimName: string };
  readonly emptyDir?: unknown;
}

/** What a Deployment's pods are made of. */
export interface PodSpec {
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: {
    readonly runAsNonRoot: boolean;
    readonly runAsUser: number;
    readonly runAsGroup: number;
    readonly fsGroup: number;
    readonly seccompProfile: unknown;
  };
  readonly containers: readonly [Container];
  readonly volumes: readonly Volume[];
}

interface Base<K extends string> {
  readonly kind: K;
  readonly metadata: { readonly name: string };
}

/** A Deployment of one of the two services. */
export interface Deployment extends Base<'Deployment'> {
  readonly spec: {
    readonly selector: { readonly matchLabels: Labels };
    readonly template: { readonly metadata: { readonly labels: Labels }; readonly spec: PodSpec };
  };
}

interface Service extends Base<'Service'> {
  readonly spec: {
    readonly selector: Labels;
    readonly ports: readonly { readonly port: number; readonly targetPort: string }[];
  };
}

interface NetworkPolicy extends Base<'NetworkPolicy'> {
  readonly spec: {
    readonly podSelector: { readonly matchLabels: Labels };
    readonly ingress: readonly { readonly from?: unknown; readonly ports: readonly { readonly port: string }[] }[];
  };
}

interface ConfigMap extends Base<'ConfigMap'> {
  readonly data: Readonly<Record<string, string>>;
}

type Manifest =
  Deployment | Service | NetworkPolicy | ConfigMap | Base<'PersistentVolumeClaim'> | Base<'PodDisruptionBudget'>;

/** Reads the manifests that `kubectl kustomize` renders. */
export function parseManifests(rendered: string): Manifest[] {
  return parseAllDocuments(rendered).map((document) => document.toJS() as Manifest);
}

/** The manifests of one kind, by name. */
export function ofKind<K extends Manifest['kind']>(
  manifests: readonly Manifest[],
  kind: K,
): Map<string, Extract<Manifest, { kind: K }>> {
  const isWanted = (one: Manifest): one is Extract<Manifest, { kind: K }> => one.kind === kind;
  return new Map(manifests.filter(isWanted).map((one) => [one.metadata.name, one]));
}

/** The Deployment of this name. @throws Error when there is none. */
export function deploymentOf(manifests: readonly Manifest[], name: string): Deployment {
  const found = ofKind(manifests, 'Deployment').get(name);
  if (found === undefined) throw new Error(`got no Deployment ${name}, want one`);
  return found;
}
