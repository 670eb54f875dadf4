import { expect, test } from 'vitest';
import { type PathParameter, restoreTemplate } from './restore-template.ts';

test.each<[path: string, params: PathParameter[], template: string]>([
  ['/static', [], '/static'],
  ['/StAtIc', [], '/static'],
  ['/api/v1', [['ver', 'v1']], '/api/:ver'],
  ['/api/api', [['api', 'api']], '/:api/api'],
  [
    '/a/b/c',
    [
      ['x', 'a'],
      ['y', 'c'],
    ],
    '/:x/b/:y',
  ],
  [
    '/same/same',
    [
      ['x', 'same'],
      ['y', 'same'],
    ],
    '/:x/:y',
  ],
  [
    '/v1.2',
    [
      ['maj', '1'],
      ['min', '2'],
    ],
    '/v:maj.:min',
  ],
  [
    '/v1/1',
    [
      ['maj', '1'],
      ['min', '1'],
    ],
    '/v:maj/:min',
  ],
  ['/a%2Fb/x', [['id', 'a/b']], '/:id/x'],
  ['/Caf%C3%A9/MENU', [['name', 'Café']], '/:name/menu'],
  ['/files/a/b/x', [['path', ['a', 'b']]], '/files/*path/x'],
  ['/rx12', [['0', '12']], '/rx:0'],
  ['/%E0%A4%A/x', [['id', 'x']], '/%e0%a4%a/:id'],
  ['/api/5', [['id', 5]], '/*'],
  ['/api/5', [['id', '6']], '/*'],
  [`/files${'/x'.repeat(40)}`, [['path', Array.from({ length: 40 }, () => 'x')]], '/*'],
])('restoreTemplate: %s with %j becomes %s', (path, params, template) => {
  const restored = restoreTemplate(path, params);

  expect(restored).toBe(template);
});
