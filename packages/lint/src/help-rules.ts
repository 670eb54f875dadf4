import type { MetricFamily } from '@promwright/model';

export function* noHelp({ help = '' }: MetricFamily): Iterable<string> {
  // Leading blanks are not part of a help text, so a help of only blanks is empty.
  if (/^[ \t]*$/.test(help)) yield 'no help text';
}

export function* helpRepeatsName({ help = '', name }: MetricFamily): Iterable<string> {
  if (help !== '' && lettersOf(help) === lettersOf(name)) yield 'help text only repeats the name';
}

function lettersOf(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}
