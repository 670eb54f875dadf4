import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Layer } from './layer.ts';
import { mountTemplate } from './mount-template.ts';

const require = createRequire(import.meta.url);

type Path = string | RegExp | readonly (string | RegExp)[];
interface Stack {
  readonly stack: readonly Layer[];
  use(path: Path, handler: () => void): void;
}

const routers: Record<string, () => Stack> = {
  'Express 4.21': require('express-4').Router,
  'router 2.0': require('router-2.0'),
  'router 2.2': require('router-2.2'),
  'router of Express 5.3': require('express').Router,
};

function layerOf(version: string, path: Path): Layer {
  const router = routers[version]!();
  router.use(path, () => undefined);
  return router.stack[0]!;
}

describe.each(Object.keys(routers))('template of a mount of %s', (version) => {
  const isExpress4 = version === 'Express 4.21';
  const isExpress53 = version === 'router of Express 5.3';

  test.each<[path: Path, text: string, template: string]>([
    ['/api', '/api', '/api'],
    ['/api/', '/api', '/api'],
    ['/a-b_c~d', '/a-b_c~d', '/a-b_c~d'],
    ['/api.v1/:id', '/api.v1/x', '/api.v1/:id'],
    ['/organizations/:org-:env', '/organizations/o-rg', '/organizations/:org-:env'],
    ['/organizations/:org-:env', '/organizations/organizations-o', '/organizations/:org-:env'],
    ['/users/:id', '/users/users', '/users/:id'],
    ['/files/:name.json', '/files/e.json', '/files/:name.json'],
    ['/v:major.:minor', '/vv.v', '/v:major.:minor'],
    ['/:a/:b', '/a/a', '/:a/:b'],
    ['/:id/x', '/a%2Fb/x', '/:id/x'],
    ['/:id/x', '/%3Aid/x', '/:id/x'],
    [['/m1', '/m2/:q'], '/m2/m2', '/m2/:q'],
    [['/m1', '/m2/:q'], '/m1', '/m1'],
  ])('of %j for %s is the pattern', (path, text, template) => {
    expect(mountTemplate(layerOf(version, path), text)).toBe(template);
  });

  test('does not have the upper case of the client', () => {
    expect(mountTemplate(layerOf(version, '/api/:id'), '/API/Alice')).toBe('/api/:id');
  });

  test('does not show the text that a regular expression matched', () => {
    const expected = isExpress4 || isExpress53 ? '/^\\/rx\\d+/' : '/*';

    for (const text of ['/rx1', '/rx22']) expect(mountTemplate(layerOf(version, /^\/rx\d+/), text)).toBe(expected);
  });

  test('shows a wildcard by its name, if it has one', () => {
    const path = isExpress4 ? '/files/*' : '/files/*path';

    expect(mountTemplate(layerOf(version, path), '/files/a/files')).toBe(path);
    expect(mountTemplate(layerOf(version, path), `/files${'/a'.repeat(50)}`)).toBe(path);
  });

  test('shows an optional parameter as in the pattern, or as it was used', () => {
    const layer = layerOf(version, isExpress4 ? '/opt/:lang?' : '/opt{/:lang}');

    const templates = ['/opt', '/opt/en'].map((text) => mountTemplate(layer, text));

    if (isExpress4) expect(templates).toEqual(['/opt/:lang?', '/opt/:lang?']);
    else if (isExpress53) expect(templates).toEqual(['/opt{/:lang}', '/opt{/:lang}']);
    else expect(templates).toEqual(['/opt', '/opt/:lang']);
  });

  test('is one per mount and has no text of the client, whatever mounts and values', () => {
    const literal = fc.stringMatching(/^[a-z]{1,4}$/);
    const segment = fc.oneof(
      literal,
      fc.constant(':'),
      literal.map((text) => `${text}:`),
      fc.tuple(fc.constantFrom('-', '.'), fc.boolean()).map(([between]) => `:${between}:`),
    );
    const mounts = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => {
      let parameters = 0;
      return `/${segments.join('/')}`.replaceAll(':', () => `:p${parameters++}`);
    });
    fc.assert(
      fc.property(
        mounts,
        fc.array(fc.array(fc.nat(), { minLength: 6, maxLength: 6 }), { maxLength: 8 }),
        (mount, picks) => {
          const layer = layerOf(version, mount);
          const pieces = mount.split(/[/:.-]/).filter((piece) => /^[a-z]/.test(piece) && !/^p\d$/.test(piece));
          // Values made of the pattern's own text.
          const values = [
            ...pieces,
            ...pieces.flatMap((piece) => [piece[0]!, piece.slice(1) || 'x']),
            'p0',
            'evil',
            '%3Ap0',
          ];
          for (const pick of picks) {
            let at = 0;
            const text = mount.replaceAll(/:p\d/g, () => values[pick[at++ % pick.length]! % values.length]!);
            expect([mount, '/*']).toContain(mountTemplate(layer, text));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
