import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Serves what the tests of a suite want to see, on loopback. @returns starts a server, and its URL. */
export function useHttpServers(): (
  answer: (request: IncomingMessage, response: ServerResponse) => void,
) => Promise<URL> {
  const endings: (() => void)[] = [];
  afterEach(() => {
    for (const end of endings.splice(0)) end();
  });
  return async (answer) => {
    const server = createServer(answer).listen(0, '127.0.0.1');
    endings.push(() => {
      server.close();
      server.closeAllConnections();
    });
    await once(server, 'listening');
    return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/log/`);
  };
}
