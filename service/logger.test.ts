import assert from 'node:assert/strict';
import { createLogger } from './logger.js';

describe('createLogger()', () => {
  it('writes one JSON object a line, with service, level, time and the facts', () => {
    const lines: string[] = [];
    const log = createLogger({ service: 'sequencer', destination: { write: (line) => void lines.push(line) } });
    log.info({ size: 7 }, 'published');
    log.debug('not at this level');
    assert.equal(lines.length, 1);
    const { time, ...facts } = JSON.parse(String(lines[0])) as Record<string, unknown>;
    assert.deepEqual(facts, { level: 'info', service: 'sequencer', pid: process.pid, size: 7, msg: 'published' });
    assert.match(String(time), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });
});
