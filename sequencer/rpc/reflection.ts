import { BinaryReader } from '@bufbuild/protobuf/wire';
import type { PackageDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { FILE_DESCRIPTOR_SET_BASE64 } from '../../proto/gen/descriptor-set.js';

/** The number of `repeated FileDescriptorProto file = 1`. Source: google/protobuf/descriptor.proto. */
const FILE_FIELD = 1;

/**
 * Server reflection over the descriptors as buf compiled them. Loaded in the usual way, by proto-loader, they would lose
 * their JSON names and the files of google.rpc that only error details refer to, and grpcurl could print neither.
 */
export function createReflection(): ReflectionService {
  const set = { fileDescriptorProtos: fileDescriptors(Buffer.from(FILE_DESCRIPTOR_SET_BASE64, 'base64')) };
  // The service reads nothing of a definition but these.
  return new ReflectionService({ set } as unknown as PackageDefinition);
}

function fileDescriptors(descriptorSet: Uint8Array): Buffer[] {
  const reader = new BinaryReader(descriptorSet);
  const files: Buffer[] = [];
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === FILE_FIELD) files.push(Buffer.from(reader.bytes()));
    else reader.skip(wireType);
  }
  return files;
}
