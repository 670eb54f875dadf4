import { Gauge, Registry } from '@promwright/metrics';

/** Label values that a server may misread or refuse as values of tags. */
export const TAG_TEXTS: readonly string[] = [
  '~x',
  'a b',
  'a;b=c',
  '{a"}',
  'größe',
  '日本',
  '/users/:id',
  "it's",
  '\u0000\u001c\u0085\u00a0\u2028',
  '*?[]{}|^$!#%&<>\\',
  '-',
  '.',
];

/** Returns a registry with a gauge `texts`: a series for each of {@link TAG_TEXTS}, with its index as label `name` and as value. */
export function tagTextsRegistry(): Registry {
  const registry = new Registry();
  const gauge = new Gauge({ name: 'texts', help: 'T.', labelNames: ['text', 'name'], registry });
  TAG_TEXTS.forEach((text, i) => {
    gauge.set({ text, name: i }, i);
  });
  return registry;
}
