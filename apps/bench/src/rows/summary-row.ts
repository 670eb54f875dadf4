import { timedContestant } from '../contestants.ts';
import { durationsOverFourDecades } from '../durations.ts';
import type { Row } from '../group.ts';
import { operationOn } from '../libraries/library.ts';
import { loadSummary, official, platformatic, promClient } from '../libraries/prom-family.ts';
import { promwright, quantileSummary, reading } from '../libraries/promwright.ts';
import { observeHeld } from '../loops.ts';

/** Returns the row of summaries with three quantiles over a window in five parts. */
export function summaryRow(): Row {
  const order = new Int32Array(4096);
  return {
    title: 'observe() of a summary, 3 quantiles, window in 5 parts',
    unit: 'ns',
    contestants: [
      timedContestant(promwright.name, async () => {
        const metric = await quantileSummary();
        const run = observeHeld([metric], durationsOverFourDecades(), order);
        return operationOn(() => reading(metric.collect()), run, 1);
      }),
      ...[official, promClient, platformatic].map((library) =>
        timedContestant(library.name, async () => {
          const { metric, read } = await loadSummary(library);
          return operationOn(read, observeHeld([metric], durationsOverFourDecades(), order), 1);
        }),
      ),
    ],
    targets: [{ kind: 'at-least', against: official.name, times: 30 }],
  };
}
