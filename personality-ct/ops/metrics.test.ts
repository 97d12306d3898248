import assert from 'node:assert/strict';
import { Registry } from 'prom-client';
import { createMetrics } from './metrics.js';

describe('createMetrics()', () => {
  it('counts for each log what its meters are told, and measures its gauges when asked', async () => {
    const registry = new Registry();
    const metrics = createMetrics(registry);
    const meters = metrics.forLog('dev');
    meters.submission({ endpoint: 'add-chain', result: 'sct', durationMs: 250 });
    meters.addCall({ entries: 7, result: 'answered', durationMs: 200 });
    meters.renewal('written');
    let issuing = true;
    metrics.watchLogs([
      {
        ...{ name: 'dev', checkpointAgeMs: () => 1_500, isIssuing: () => issuing, isReachable: () => true },
        rootCount: () => 12,
      },
    ]);
    const lines = (await registry.metrics()).split('\n');
    for (const line of [
      'andamento_ct_submission_duration_seconds_sum{log="dev",endpoint="add-chain",result="sct"} 0.25',
      'andamento_ct_add_call_duration_seconds_count{log="dev",result="answered"} 1',
      'andamento_ct_add_call_entries_sum{log="dev"} 7',
      'andamento_ct_checkpoint_renewals_total{log="dev",result="written"} 1',
      'andamento_ct_checkpoint_age_seconds{log="dev"} 1.5',
      'andamento_ct_issuing{log="dev"} 1',
      'andamento_ct_sequencer_reachable{log="dev"} 1',
      'andamento_ct_roots{log="dev"} 12',
    ]) {
      assert(lines.includes(line), line);
    }
    issuing = false;
    assert.match(await registry.metrics(), /^andamento_ct_issuing\{log="dev"\} 0$/m);
  });

  it('says that the age is not a number while no checkpoint is known', async () => {
    const registry = new Registry();
    const unknown = { name: 'dev', checkpointAgeMs: () => undefined, isIssuing: () => false };
    createMetrics(registry).watchLogs([{ ...unknown, isReachable: () => false, rootCount: () => 0 }]);
    assert.match(await registry.metrics(), /^andamento_ct_checkpoint_age_seconds\{log="dev"\} NaN$/im);
  });
});
