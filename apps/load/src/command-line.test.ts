import { describe, expect, test } from 'vitest';
import { parseCommand } from './command-line.ts';

describe('parseCommand', () => {
  test('loads both frameworks for a minute on fifty connections by default', () => {
    const frameworks = ['express', 'fastify'];

    expect(parseCommand([])).toEqual({ frameworks, seconds: 60, connections: 50, help: false });
  });

  test('reads frameworks and options', () => {
    expect(parseCommand(['--', 'fastify', '--seconds', '5', '--connections', '2'])).toEqual({
      frameworks: ['fastify'],
      seconds: 5,
      connections: 2,
      help: false,
    });
  });

  test.each([[['koa']], [['--seconds', '0']], [['--seconds', 'x']], [['--connections', '1.5']], [['--minutes', '1']]])(
    'refuses %j',
    (args) => {
      expect(() => parseCommand(args)).toThrow();
    },
  );
});
