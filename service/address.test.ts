import assert from 'node:assert/strict';
import { formatAddress, listenAddress, parseAddress, peerAddress } from './address.js';

describe('parseAddress()', () => {
  it('reads a name, an IPv4 address and an IPv6 address in brackets', () => {
    assert.deepEqual(parseAddress('localhost:0'), { host: 'localhost', port: 0 });
    assert.deepEqual(parseAddress('127.0.0.1:8080'), { host: '127.0.0.1', port: 8080 });
    assert.deepEqual(parseAddress('[::1]:65535'), { host: '::1', port: 65_535 });
  });

  for (const text of ['', ':80', '127.0.0.1', '127.0.0.1:', '127.0.0.1:65536', '127.0.0.1:080', '::1:80', 'a b:1']) {
    it(`refuses '${text}'`, () => {
      assert.equal(parseAddress(text), undefined);
    });
  }
});

describe('formatAddress()', () => {
  it('writes what parseAddress() reads', () => {
    for (const text of ['127.0.0.1:8080', '[::1]:1', 'sequencer.logs.svc:50051']) {
      const address = parseAddress(text);
      assert(address);
      assert.equal(formatAddress(address), text);
    }
  });
});

describe('listenAddress() and peerAddress()', () => {
  it('differ in port 0, at which nobody can be found', () => {
    assert.equal(listenAddress().parse('127.0.0.1:0').port, 0);
    assert.equal(peerAddress().safeParse('127.0.0.1:0').success, false);
  });
});
