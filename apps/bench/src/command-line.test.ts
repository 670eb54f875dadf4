import { expect, test } from 'vitest';
import { parseCommand } from './command-line.ts';

test('parseCommand measures everything thoroughly by default', () => {
  const command = parseCommand([]);

  expect(command).toEqual({
    groups: [],
    only: '',
    processes: 5,
    rounds: 15,
    roundMs: 25,
    warmUpMs: 300,
    series: 100_000,
    node: process.execPath,
    json: undefined,
    check: false,
    help: false,
  });
});

test('parseCommand accepts groups and options in any order, also after a separator', () => {
  const command = parseCommand(['--', 'memory', '--quick', 'gather', '--rounds', '3', '--json', 'out.json', '--check']);

  expect(command).toMatchObject({
    groups: ['memory', 'gather'],
    processes: 1,
    rounds: 3,
    json: 'out.json',
    check: true,
  });
});

test.each([['--rounds', '0'], ['--series', 'many'], ['--round-ms', '1.5'], ['--quickly']])(
  'parseCommand refuses %s %s',
  (...args) => {
    expect(() => parseCommand(args)).toThrow();
  },
);
