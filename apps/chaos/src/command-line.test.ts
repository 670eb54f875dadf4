import { describe, expect, test } from 'vitest';
import { parseCommand } from './command-line.ts';

describe('parseCommand', () => {
  test('disturbs the service for a minute with 300 scrapes by default', () => {
    expect(parseCommand([])).toEqual({ seconds: 60, scrapes: 300, checkTime: false, help: false });
  });

  test('reads options', () => {
    expect(parseCommand(['--', '--seconds', '5', '--scrapes', '20', '--check-time'])).toEqual({
      seconds: 5,
      scrapes: 20,
      checkTime: true,
      help: false,
    });
  });

  test.each([[['--seconds', '0']], [['--scrapes', 'x']], [['--minutes', '1']], [['fast']]])('refuses %j', (args) => {
    expect(() => parseCommand(args)).toThrow();
  });
});
