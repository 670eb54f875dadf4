import { timedContestant } from '../contestants.ts';
import type { Document, DocumentFormat } from '../documents.ts';
import type { Contestant, Row } from '../group.ts';
import { promwright } from '../libraries/promwright.ts';
import { textFormatParser } from '../libraries/text-format-parser.ts';
import type { Operation } from '../measure-time.ts';

type DocumentOf = (format: DocumentFormat) => Document;

/** Returns the row of parsing a document in text 0.0.4. */
export function parseTextRow(title: string, documentOf: DocumentOf, atLeast: number): Row {
  return {
    title,
    unit: 'ns',
    contestants: [
      timedContestant(promwright.name, async () => {
        const { parseText } = await import('@promwright/parser');
        return parsing(documentOf('text'), parseText);
      }),
      textFormatContestant(documentOf),
      timedContestant('looking for line feeds', () => scanning(documentOf('text'))),
    ],
    targets: [{ kind: 'at-least', against: textFormatParser.name, times: atLeast }],
  };
}

/** Returns the row of parsing the same series as strict OpenMetrics. The other parser reads text 0.0.4, its only format. */
export function parseOpenMetricsRow(title: string, documentOf: DocumentOf, atLeast: number): Row {
  return {
    title,
    unit: 'ns',
    contestants: [
      timedContestant(promwright.name, async () => {
        const { parseOpenMetrics } = await import('@promwright/parser');
        return parsing(documentOf('openmetrics'), parseOpenMetrics);
      }),
      textFormatContestant(documentOf),
    ],
    targets: [{ kind: 'at-least', against: textFormatParser.name, times: atLeast }],
  };
}

function textFormatContestant(documentOf: DocumentOf): Contestant {
  return timedContestant(textFormatParser.name, async () => parsing(documentOf('text'), await textFormatParser.load()));
}

/** Returns an operation that counts runs which found all families. */
function parsing({ text, families }: Document, parse: (text: string) => readonly unknown[]): Operation {
  let complete = 0;
  return {
    run(times) {
      for (let i = 0; i < times; i++) if (parse(text).length === families) complete++;
    },
    read: () => ({ series: families, total: complete }),
    initially: { series: families, total: 0 },
  };
}

/** Returns an operation that only finds the ends of the lines. */
function scanning({ text }: Document): Operation {
  const lines = text.split('\n').length - 1;
  let complete = 0;
  return {
    run(times) {
      for (let i = 0; i < times; i++) {
        let found = 0;
        for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) found++;
        if (found === lines) complete++;
      }
    },
    read: () => ({ series: lines, total: complete }),
    initially: { series: lines, total: 0 },
  };
}
