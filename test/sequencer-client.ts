import { credentials, type ServiceError } from '@grpc/grpc-js';
import {
  SequencerServiceClient,
  type AddRequest,
  type AddResponse,
  type Entry,
  type GetLogRequest,
  type GetLogResponse,
  type IntegrateRequest,
  type IntegrateResponse,
} from '../proto/gen/andamento/v1/sequencer.js';

/** The contract as tests call it. Each rpc fails with the ServiceError of grpc-js. */
export interface SequencerClient {
  add(request: AddRequest): Promise<AddResponse>;
  integrate(request: IntegrateRequest): Promise<IntegrateResponse>;
  getLog(request: GetLogRequest): Promise<GetLogResponse>;
  close(): void;
}

type Unary<Request, Response> = (
  request: Request,
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown;

/** Connects to a sequencer. @param address host:port */
export function connectSequencer(address: string): SequencerClient {
  const client = new SequencerServiceClient(address, credentials.createInsecure());
  return {
    add: promised((request: AddRequest, callback) => client.add(request, callback)),
    integrate: promised((request: IntegrateRequest, callback) => client.integrate(request, callback)),
    getLog: promised((request: GetLogRequest, callback) => client.getLog(request, callback)),
    close: () => client.close(),
  };
}

/** An entry without holes, as a tlog-tiles log takes it. */
export function plainEntry(data: Uint8Array): Entry {
  return { leafPrefix: Buffer.alloc(0), data: Buffer.from(data), trailer: Buffer.alloc(0) };
}

function promised<Request, Response>(call: Unary<Request, Response>): (request: Request) => Promise<Response> {
  return (request) =>
    new Promise((resolve, reject) => {
      call(request, (error, response) => {
        if (error === null) resolve(response);
        else reject(error);
      });
    });
}
