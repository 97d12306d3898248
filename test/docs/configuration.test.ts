import assert from 'node:assert/strict';
import { parse } from 'yaml';
import type { z } from 'zod';
import { configSchema } from '../../personality-ct/config/config.js';
import { sequencerConfig } from '../../sequencer/config/sequencer-config.js';
import { ConfigError } from '../../service/config-error.js';
import { parseConfig } from '../../service/config-file.js';
import { parseDuration } from '../../service/duration.js';
import { cellOf, codesIn, readPage, sectionOf, type Row } from './page.js';
import { pathsIn, settingIn, settingsOf, withSetting, type Setting } from './settings.js';

const PAGE = readPage('CONFIGURATION.md');

const FILES: readonly { readonly name: string; readonly schema: z.ZodType }[] = [
  { name: 'sequencer.yaml', schema: sequencerConfig },
  { name: 'personality-ct.yaml', schema: configSchema },
];

/** What the type of a setting begins with on the page, by its kind; texts are many things. */
const TYPE_OF_KIND: Readonly<Record<Setting['kind'], RegExp>> = {
  text: /^\w/,
  flag: /^true or false$/,
  list: /^list of /,
  group: /^empty$/,
};

for (const { name, schema } of FILES) {
  describe(`docs/CONFIGURATION.md on ${name}`, () => {
    const { rows, blocks } = sectionOf(PAGE, name);
    const settings = settingsOf(schema);
    const examples = blocks.map(({ text }) => text);
    const [minimal = '', full = ''] = examples;
    // YAML is a superset of JSON.
    const read = (config: unknown): unknown => parseConfig(schema, JSON.stringify(config), name);
    const rowOf = ({ path }: Setting): Row => {
      const row = rows.find((one) => cellOf(one, 'setting') === `\`${path}\``);
      assert.ok(row, `no row for ${path}`);
      return row;
    };

    function problemsWith(path: string, value: unknown): string {
      try {
        read(withSetting(parse(minimal), path, value));
        return '';
      } catch (error) {
        assert.ok(error instanceof ConfigError, String(error));
        return error.problems.join('\n');
      }
    }

    it('names every setting of the schema, in its order, and no other', () => {
      assert.deepEqual(
        rows.map((row) => cellOf(row, 'setting')),
        settings.map(({ path }) => `\`${path}\``),
      );
      assert.ok(settings.length > 10, `only ${settings.length} settings found in the schema`);
    });

    it('says of each what it is, and why', () => {
      for (const setting of settings) {
        const row = rowOf(setting);
        assert.match(cellOf(row, 'type'), TYPE_OF_KIND[setting.kind], setting.path);
        if (setting.values.length > 0) assert.deepEqual(codesIn(cellOf(row, 'bounds')), setting.values, setting.path);
        assert.match(cellOf(row, 'what, and why'), /\w+ \w+/, setting.path);
      }
    });

    it('calls required what the schema requires', () => {
      const required = settings.filter((setting) => cellOf(rowOf(setting), 'default') === 'required');
      assert.deepEqual(
        required.map(({ path }) => path),
        settings.filter((setting) => setting.required).map(({ path }) => path),
      );
    });

    it('gives as default what the parser takes for a setting that is left out', () => {
      const byDefault = read(parse(minimal));
      for (const setting of settings.filter(
        ({ required, path }) => !required && !pathsIn(parse(minimal)).includes(path),
      )) {
        const cell = cellOf(rowOf(setting), 'default');
        const [written] = /^`[^`]+`$/.test(cell) ? codesIn(cell) : [];
        const taken = settingIn(byDefault, setting.path);
        if (written !== undefined) {
          const changed = withSetting(parse(minimal), setting.path, parse(written));
          assert.deepEqual(read(changed), byDefault, setting.path);
          assert.notEqual(taken, undefined, `${setting.path} has no default, but the page gives ${written}`);
        } else {
          // A text may follow from another setting; what else has a default has a definite one.
          assert.ok(taken === undefined || typeof taken === 'string', `${setting.path}: the page gives no default`);
          assert.ok(setting.values.length === 0 || taken === undefined, `${setting.path}: the page gives no default`);
        }
      }
    });

    it('gives as bounds of each duration those of the parser', () => {
      const durations = settings.filter(({ path }) =>
        problemsWith(path, 'x').includes(`${path.replaceAll('[]', '[0]')}: 'x' is not a duration`),
      );
      assert.ok(durations.length > 0);
      assert.deepEqual(
        rows.filter((row) => cellOf(row, 'type') === 'duration').map((row) => cellOf(row, 'setting')),
        durations.map(({ path }) => `\`${path}\``),
      );
      for (const setting of durations) {
        const [min = '', max = ''] = codesIn(cellOf(rowOf(setting), 'bounds'));
        const [minMs, maxMs] = [parseDuration(min), parseDuration(max)];
        assert.ok(minMs !== undefined && maxMs !== undefined, `${setting.path}: bounds are not two durations`);
        const isTaken = (ms: number): boolean =>
          !/out of range|not a duration/.test(problemsWith(setting.path, `${ms}ms`));
        assert.deepEqual([minMs, maxMs].map(isTaken), [true, true], setting.path);
        assert.deepEqual([minMs - 1, maxMs + 1].map(isTaken), [false, false], setting.path);
      }
    });

    it('has two examples, and the parser takes both', () => {
      assert.deepEqual(
        blocks.map(({ language }) => language),
        ['yaml', 'yaml'],
      );
      for (const example of examples) parseConfig(schema, example, name);
    });

    it('has a minimal example from which nothing can be left out', () => {
      const paths = pathsIn(parse(minimal));
      const known = new Map(settings.map((setting) => [setting.path, setting]));
      const optional = paths.filter((path) => known.get(path)?.required !== true);
      // One of the alternatives must be there.
      assert.deepEqual(
        optional.filter((path) => !path.startsWith('logs[].store.')),
        [],
      );
    });

    it('has a full example in which every setting stands', () => {
      assert.deepEqual(pathsIn(parse(full)).sort(), settings.map(({ path }) => path).sort());
    });
  });
}

describe('docs/CONFIGURATION.md', () => {
  it('has no example that is of neither file', () => {
    const elsewhere = PAGE.filter(({ title }) => !FILES.some(({ name }) => name === title));
    assert.deepEqual(
      elsewhere.flatMap(({ blocks }) => blocks.filter(({ language }) => language === 'yaml')),
      [],
    );
  });
});
