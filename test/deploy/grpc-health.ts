import { credentials, makeGenericClientConstructor, type requestCallback } from '@grpc/grpc-js';
import { service } from 'grpc-health-check';

interface HealthClient {
  Check(
    request: { service: string },
    options: { deadline: number },
    callback: requestCallback<{ status: string }>,
  ): unknown;
  close(): void;
}

const HealthClient = makeGenericClientConstructor(service, 'Health');

/** Whether the server at `address` says of itself, by the gRPC health protocol, that it serves. False where nobody is. */
export async function isServing(address: string, timeoutMs: number): Promise<boolean> {
  const client = new HealthClient(address, credentials.createInsecure()) as unknown as HealthClient;
  try {
    return await new Promise((resolve) => {
      client.Check({ service: '' }, { deadline: Date.now() + timeoutMs }, (error, answer) => {
        resolve(error === null && answer?.status === 'SERVING');
      });
    });
  } finally {
    client.close();
  }
}
