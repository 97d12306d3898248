import assert from 'node:assert/strict';
import { createFaultScript, type FaultScript } from '../../test/fault-script.js';
import { createTestDeps, type TestDeps } from '../../test/log-deps.js';
import { isRefusal } from '../../test/refusals.js';
import { toHex, utf8 } from '../../tlog/bytes.js';
import { ATTACHMENT_MAX_BYTES } from '../core/limits.js';
import { createMemoryLogStore } from '../storage/memory/memory-store.js';
import { putAttachment } from './put-attachment.js';

const CREATE = { operation: 'create', name: /^issuer\// } as const;

describe('putAttachment()', () => {
  let faults: FaultScript;
  let deps: TestDeps;
  beforeEach(() => {
    faults = createFaultScript(createMemoryLogStore());
    deps = createTestDeps({ store: faults.store });
  });
  const put = async (content: Uint8Array): Promise<string> =>
    putAttachment(deps, content, new AbortController().signal);
  const nameOf = (content: Uint8Array): string => `issuer/${toHex(deps.hasher.sha256(content))}`;
  const content = utf8('a certificate');

  it('stores the bytes under their hash, in public', async () => {
    const name = await put(content);
    assert.equal(name, nameOf(content));
    assert.deepEqual((await deps.store.public.read(name))?.bytes, content);
  });

  it('takes the same bytes again, also at the same time', async () => {
    const names = await Promise.all([put(content), put(content), put(content)]);
    assert.deepEqual(new Set(names), new Set([await put(content)]));
  });

  it('takes one byte, and as many as the limit', async () => {
    for (const size of [1, ATTACHMENT_MAX_BYTES]) {
      const bytes = new Uint8Array(size);
      assert.equal(await put(bytes), nameOf(bytes));
    }
  });

  for (const size of [0, ATTACHMENT_MAX_BYTES + 1]) {
    it(`refuses ${size} bytes, and stores nothing`, async () => {
      await assert.rejects(put(new Uint8Array(size)), (error: unknown) => {
        isRefusal('invalid')(error);
        assert.match(String(error), new RegExp(`content: has ${size} bytes, and wants 1 to 262144`));
        return true;
      });
      assert.deepEqual(faults.calls, []);
    });
  }

  it('refuses in a layout that has no place for attachments', async () => {
    deps = createTestDeps({ layout: 'tlog-tiles', store: faults.store });
    await assert.rejects(put(content), isRefusal('precondition'));
    assert.deepEqual(faults.calls, []);
  });

  for (const fate of ['refused', 'unsure', 'lost'] as const) {
    it(`says that it is not available when the store fails (${fate}), and takes the bytes when they come again`, async () => {
      faults.order(CREATE, fate);
      await assert.rejects(put(content), isRefusal('unavailable'));
      assert.equal(await put(content), nameOf(content));
    });
  }

  it('says so also when what is there cannot be read', async () => {
    await put(content);
    faults.order({ operation: 'read' }, 'refused');
    await assert.rejects(put(content), isRefusal('unavailable'));
  });

  it('names the object when other bytes are there', async () => {
    await deps.store.public.create(nameOf(content), utf8('something else'));
    await assert.rejects(put(content), isRefusal('data-loss', nameOf(content)));
  });
});
