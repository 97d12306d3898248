import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../testdata.js';

/** A row of a table: its cells, by the heading of their column. */
export type Row = Readonly<Record<string, string>>;

/** What stands below one heading of a page, up to the next. */
export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
  /** The fenced blocks with their language. */
  readonly blocks: readonly { readonly language: string; readonly text: string }[];
}

/** Reads a page of docs/: its sections, of every level, in their order. */
export function readPage(name: string): readonly Section[] {
  const text = readFileSync(path.join(projectRoot(), 'docs', name), 'utf8');
  return splitAtHeadings(text).map(([title = '', ...lines]) => ({
    title,
    rows: rowsOf(lines),
    blocks: blocksOf(lines),
  }));
}

/** The section of this title. A page without it fails the test. */
export function sectionOf(page: readonly Section[], title: string): Section {
  const section = page.find((one) => one.title === title);
  assert.ok(section, `the page has no section '${title}', only: ${page.map((one) => one.title).join(' | ')}`);
  return section;
}

/** The cell below a heading. A table without that column fails the test. */
export function cellOf(row: Row, column: string): string {
  const cell = row[column];
  assert.ok(cell !== undefined, `no column '${column}' in: ${Object.keys(row).join(' | ')}`);
  return cell;
}

/** What stands in backticks. */
export function codesIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

/** Lists of lines, the first of which is the title. A `#` in a fenced block is a comment. */
function splitAtHeadings(text: string): string[][] {
  const sections: string[][] = [[]];
  let inBlock = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('```')) inBlock = !inBlock;
    const title = inBlock ? undefined : /^#+ (.*)$/.exec(line)?.[1];
    if (title === undefined) sections.at(-1)?.push(line);
    else sections.push([title]);
  }
  return sections;
}

function rowsOf(lines: readonly string[]): Row[] {
  const rows: Row[] = [];
  let columns: readonly string[] | undefined;
  for (const line of lines) {
    const cells = line.startsWith('|') ? cellsOf(line) : undefined;
    if (cells === undefined) columns = undefined;
    else if (columns === undefined) columns = cells;
    else if (!cells.every((cell) => /^-+$/.test(cell))) {
      assert.equal(cells.length, columns.length, `cells in the row ${line}`);
      rows.push(Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? ''])));
    }
  }
  return rows;
}

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function blocksOf(lines: readonly string[]): { language: string; text: string }[] {
  const blocks = lines.join('\n').matchAll(/^```(\w+)\n([^]*?)^```$/gm);
  return [...blocks].map(([, language = '', text = '']) => ({ language, text }));
}
