import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A TCP connection to a door, for what no HTTP client does. */
export interface Connection {
  readonly socket: Socket;
  /** Everything that has come. */
  readonly received: () => string;
  /** Resolves when `text` has come. @throws Error when the connection ends before. */
  readonly until: (text: string) => Promise<void>;
  /** Resolves when the other side has closed the connection, or has broken it. */
  readonly closed: Promise<void>;
}

/** Opens a connection to `http://host:port`. */
export async function openConnection(url: string): Promise<Connection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  let received = '';
  let open = true;
  let arrived = (): void => undefined;
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
    arrived();
  });
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => {
      open = false;
      arrived();
      resolve();
    });
  });
  await once(socket, 'connect');
  // A connection that is broken while a test still writes is what some tests are about.
  socket.on('error', () => undefined);
  return {
    socket,
    received: () => received,
    async until(text) {
      while (!received.includes(text)) {
        if (!open) throw new Error(`the connection ended; received: ${received}`);
        await new Promise<void>((resolve) => {
          arrived = resolve;
        });
      }
    },
    closed,
  };
}
