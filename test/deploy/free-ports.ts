import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** A free port of this machine for each of the given ones, all different. */
export async function freePortsFor(wanted: readonly number[]): Promise<Map<number, number>> {
  // All are held until each has its own; otherwise the system could give the same one twice.
  const servers = await Promise.all(
    wanted.map(async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return new Map(wanted.map((port, i) => [port, ports[i] ?? 0]));
}
