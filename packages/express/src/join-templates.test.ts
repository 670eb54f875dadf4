import { expect, test } from 'vitest';
import { joinTemplates } from './join-templates.ts';

test('joins templates, also past the limit of kept ones', () => {
  expect(joinTemplates('', '/users/:id')).toBe('/users/:id');
  expect(joinTemplates('/api', '')).toBe('/api');

  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 2500; i++)
      expect(joinTemplates(`/api/${i % 50}`, `/users/${i}`)).toBe(`/api/${i % 50}/users/${i}`);
  }
});
