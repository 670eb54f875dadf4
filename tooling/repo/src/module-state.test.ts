import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { allowedState } from './allowed-state.ts';
import { type ModuleState, moduleState, programOf } from './module-state.ts';
import { publishedPackages, root } from './workspace.ts';

const sample = path.join(root, 'packages/metrics/src/sample-of-state.ts');
const sampleText = `
import { EventEmitter } from 'node:events';
import { promisify } from 'node:util';
declare function processState<T>(name: string, create: () => T): T;
declare function setUp(): { count: number };
declare let ambient: number;

let counter = 0;
export let total = 0;
var old = 1;
if (old) { let inner = 3; }
const latest: { value: string | undefined } = { value: undefined };
const list: string[] = [];
const byName = new Map<string, number>();
export const seen = new Set<string>();
const kinds = new WeakMap<object, string>();
const finalizers = new FinalizationRegistry(() => {});
const cells = Array.from({ length: 3 }, () => 0);
const scratch = new Float64Array(1);
const events = new EventEmitter();
const made = setUp();
const nested = { inside: new Map<string, number>() } as const;
const frozen = Object.freeze({ inside: new Map<string, number>() });
const counted = (() => { let n = 0; return () => n++; })();
const position = /a/g;
const widened = ['a'];
const removed: Record<string, number> = { a: 1 };
class Cache { static size = 0; static readonly entries: string[] = []; static readonly limit = 10; size = 0; }

const fixed = 2;
const text = \`a\${fixed}\`;
const key: unique symbol = Symbol.for('key') as never;
const g = () => { let mine = 0; return mine; };
const later = promisify(g);
const names = ['a', 'b'] as const;
const allowed: ReadonlySet<string> = new Set(['a']);
const table: ReadonlyMap<string, number> = new Map([['a', 1]]);
const derived: readonly number[] = names.map(() => 1);
const limits = { a: 1, b: [1, 2] };
const options = Object.freeze({ a: [1] });
const bits = new Uint8Array(8);
for (const i of derived) bits[i] = 1;
const pattern = /a/;
const everywhere = /a/g;
const encoder = new TextEncoder();
const shared = processState('sample', () => ({ latest: 0 }));
const { entry } = processState('entry', () => ({ entry: { value: 0 } }));

export function f(): void {
  let local = new Map<string, number>();
  local.set('a', counter + total + ambient);
  latest.value = 'a';
  list.push('a');
  scratch[0] = 1;
  widened.length = 0;
  delete removed.a;
  position.exec('a');
  pattern.test('a');
  'a'.replace(everywhere, '');
  Cache.entries.push('a');
  shared.latest++;
  entry.value = 1;
}
`;

const files = publishedPackages().flatMap(({ sources }) => sources.map((file) => path.join(root, file)));
let found: ModuleState[] = [];
let foundInSample: ModuleState[] = [];

beforeAll(() => {
  const program = programOf(files, new Map([[sample, sampleText]]));
  found = moduleState(program, files).map((state) => ({ ...state, file: path.relative(root, state.file) }));
  foundInSample = moduleState(program, [sample]);
}, 120_000);

test('modules of packages have no state except the allowed one', () => {
  const isAllowed = ({ file, name }: ModuleState) => allowedState.some((row) => row.file === file && row.name === name);

  const forbidden = found.filter((state) => !isAllowed(state));

  expect(forbidden.map(({ file, line, name, reason }) => `${file}:${line} ${name} ${reason}`)).toEqual([]);
});

test('every row of allowed state names state that exists', () => {
  const stale = allowedState.filter((row) => !found.some(({ file, name }) => file === row.file && name === row.name));

  expect(stale.map(({ file, name }) => `${file} ${name}`)).toEqual([]);
});

test('moduleState finds state however a module keeps it, and no constants', () => {
  expect(foundInSample.map(({ name, reason }) => `${name} ${reason}`)).toEqual([
    'counter can be assigned again',
    'total can be assigned again',
    'old can be assigned again',
    'inner can be assigned again',
    'latest is written to in line 52',
    'list is written to in line 53',
    'byName is made by new Map(...)',
    'seen is made by new Set(...)',
    'kinds is made by new WeakMap(...)',
    'finalizers is made by new FinalizationRegistry(...)',
    'cells is returned by Array.from(...)',
    'scratch is written to in line 54',
    'events is made by new EventEmitter(...)',
    'made is returned by setUp(...)',
    'nested is made by new Map(...)',
    'frozen is made by new Map(...)',
    'counted is made by a function that is called at once',
    'position is written to in line 57',
    'widened is written to in line 55',
    'removed is written to in line 56',
    'Cache.size can be assigned again',
    'Cache.entries is written to in line 60',
  ]);
});
