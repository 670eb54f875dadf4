import { expect, test } from 'vitest';
import { matchingAlternative, type PathPattern } from './matching-alternative.ts';
import type { PathParameter } from './path-parameter.ts';

test.each<[patterns: PathPattern[], path: string, params: PathParameter[], matched: string]>([
  [['/arr/a', '/arr/:x'], '/arr/A/', [], '/arr/a'],
  [['/arr/a', '/arr/:x'], '/arr/q', [['x', 'q']], '/arr/:x'],
  [['/a/:x', ['/b/:y', ['/c/:z']]], '/c/1', [['z', '1']], '/c/:z'],
  [['/o{/:a}', '/p/:a/:b'], '/o', [], '/o{/:a}'],
  [
    ['/o{/:a}', '/p/:a/:b'],
    '/p/1/2',
    [
      ['a', '1'],
      ['b', '2'],
    ],
    '/p/:a/:b',
  ],
  [['/:"na-me"', '/w/*rest'], '/w/1/2', [['rest', ['1', '2']]], '/w/*rest'],
  [['/x', /^\/y\d+$/g], '/y12', [], '/^\\/y\\d+$/g'],
  [['/x', '/y'], '/z', [], '/x'],
])('matchingAlternative: of %j, %s with %j matches %s', (patterns, path, params, matched) => {
  const found = matchingAlternative(patterns, path, params);

  expect(String(found)).toBe(matched);
});
