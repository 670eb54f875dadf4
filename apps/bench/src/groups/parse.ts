import { exporterDocument, largeDocument, serviceDocument } from '../documents.ts';
import type { Group } from '../group.ts';
import { parseOpenMetricsRow, parseTextRow } from '../rows/parse-rows.ts';

/** Cost of parsing a page of metrics. */
export const group: Group = {
  title: 'reading the formats',
  rows({ series }) {
    const documents = [
      [`${series.toLocaleString('en')} counter series`, largeDocument.bind(undefined, series), 2.5],
      ['2,300 lines in 237 families, most with few labels', exporterDocument, 1.8],
      ['2,300 lines in 237 families, all with labels', serviceDocument, 1.8],
    ] as const;
    return [
      ...documents.map(([name, documentOf, times]) => parseTextRow(`text of ${name}`, documentOf, times)),
      ...documents.map(([name, documentOf]) => parseOpenMetricsRow(`OpenMetrics of ${name}`, documentOf, 1.2)),
    ];
  },
};
