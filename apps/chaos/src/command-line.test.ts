import { describe, expect, test } from 'vitest';
import { parseCommand } from './command-line.ts';

describe('parseCommand', () => {
  test('disturbs the service for a minute with 300 scrapes by default', () => {
    expect(parseCommand([])).toEqual({
      library: 'promwright',
      seconds: 60,
      scrapes: 300,
      checkTime: false,
      help: false,
    });
  });

  test('reads options', () => {
    expect(parseCommand(['--', 'python', '--seconds', '5', '--scrapes', '20', '--check-time'])).toEqual({
      library: 'python',
      seconds: 5,
      scrapes: 20,
      checkTime: true,
      help: false,
    });
  });

  test.each([
    [['--seconds', '0']],
    [['--scrapes', 'x']],
    [['--minutes', '1']],
    [['fast']],
    [['python', 'prom-client']],
  ])('refuses %j', (args) => {
    expect(() => parseCommand(args)).toThrow();
  });
});
