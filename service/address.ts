import { z } from 'zod';

/** Where a door listens or is found. */
export interface Address {
  /** A host name or an IP address, an IPv6 address without its brackets. */
  readonly host: string;
  /** A TCP port in [0, 65535]; 0 means any free one, where something listens. */
  readonly port: number;
}

const PORT_MAX = 65_535;

/** Reads `host:port`, with IPv6 addresses in brackets. @returns undefined when the text is nothing of the kind. */
export function parseAddress(text: string): Address | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+)):(0|[1-9][0-9]{0,4})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host !== undefined && port <= PORT_MAX ? { host, port } : undefined;
}

/** Writes an address as `host:port`, with brackets around an IPv6 address. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A setting that is an address to listen at; port 0 means any free one. */
export function listenAddress(): z.ZodType<Address> {
  return addressFrom(0);
}

/** A setting that is the address of somebody else, who has a definite port. */
export function peerAddress(): z.ZodType<Address> {
  return addressFrom(1);
}

function addressFrom(portMin: number): z.ZodType<Address> {
  return z.string().transform((text, context) => {
    const address = parseAddress(text);
    if (address !== undefined && portMin <= address.port) return address;
    context.addIssue({
      code: 'custom',
      message: `'${text}' is not an address: write host:port, like 127.0.0.1:8080 or [::1]:8080, with a port from ${portMin} to ${PORT_MAX}`,
    });
    return z.NEVER;
  });
}
