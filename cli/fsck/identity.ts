import type { LayoutName } from '../../sequencer/core/layout.js';
import { LOG_JSON_OBJECT } from '../../sequencer/core/object-names.js';
import { readLogJson, type LogIdentity } from '../public-log/log-identity.js';
import { keyFromSpki, keyFromVerifierKey, type LogKey } from '../public-log/log-key.js';
import { CannotLookError, type PublicObjects } from '../public-log/public-objects.js';

/** What a person says about the log; whatever is missing is asked of the log itself. */
export interface GivenIdentity {
  /** `origin+ID+base64`, the log's own first. */
  readonly verifierKey?: readonly string[];
  /** The DER SubjectPublicKeyInfo of its own key. */
  readonly spki?: Uint8Array;
  readonly origin?: string;
  readonly layout?: LayoutName;
}

/** Whose log it is, and whether only the log itself says so. */
export interface FoundIdentity {
  readonly identity: LogIdentity;
  readonly isTakenOnTrust: boolean;
}

/** @throws CannotLookError when nobody says whose log it is, or what was given cannot be used. */
export async function findIdentity(objects: PublicObjects, given: GivenIdentity): Promise<FoundIdentity> {
  if (given.verifierKey === undefined && given.spki === undefined) return ownWord(objects, given);
  const [first, ...others] = (given.verifierKey ?? []).map(keyFromVerifierKey);
  const origin = given.origin ?? first?.verifier.name ?? (await originOf(objects));
  const key = given.spki === undefined ? first : keyFromSpki(given.spki, origin);
  if (key === undefined) throw new CannotLookError('No key was given.');
  const keys: [LogKey, ...LogKey[]] = given.spki !== undefined && first ? [key, first, ...others] : [key, ...others];
  return { identity: { origin, keys, layout: given.layout ?? (await layoutOf(objects, key)) }, isTakenOnTrust: false };
}

async function ownWord(objects: PublicObjects, given: GivenIdentity): Promise<FoundIdentity> {
  const identity = await readLogJson(objects);
  if (identity === undefined) {
    throw new CannotLookError(
      `There is no ${LOG_JSON_OBJECT} in ${objects.where} that says whose log this is: give --verifier-key, or --public-key and --origin.`,
    );
  }
  if (given.origin !== undefined && given.origin !== identity.origin) {
    throw new CannotLookError(`This is the log ${identity.origin}, and not ${given.origin}.`);
  }
  return { identity: { ...identity, layout: given.layout ?? identity.layout }, isTakenOnTrust: true };
}

async function originOf(objects: PublicObjects): Promise<string> {
  const identity = await readLogJson(objects);
  if (identity !== undefined) return identity.origin;
  throw new CannotLookError(`There is no ${LOG_JSON_OBJECT} in ${objects.where}: give --origin beside --public-key.`);
}

/** A log that says nothing of it has the layout that belongs to its kind of signature. */
async function layoutOf(objects: PublicObjects, key: LogKey): Promise<LayoutName> {
  const identity = await readLogJson(objects);
  return identity?.layout ?? (key.isTimestamped ? 'static-ct' : 'tlog-tiles');
}
