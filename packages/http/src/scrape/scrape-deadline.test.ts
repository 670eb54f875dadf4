import { expect, test } from 'vitest';
import { scrapeDeadline } from './scrape-deadline.ts';

test.each<[header: string, collectorMs: number, totalMs: number]>([
  ['10', 4455, 9900],
  ['0.5', 180, 400],
  ['1.500000000', 630, 1400],
  ['30', 13_455, 29_900],
  ['15.1', 6750, 15_000],
])(
  "scrapeDeadline: of the client's %s s, a collector gets %d ms and the scrape %d ms",
  (header, collectorMs, totalMs) => {
    const deadline = scrapeDeadline('header', header);

    expect(deadline.collectorMs).toBeCloseTo(collectorMs, 6);
    expect(deadline.totalMs).toBeCloseTo(totalMs, 6);
  },
);

test.each(['31', '3600', '999999', '999999.999999999'])(
  'scrapeDeadline is at most 30 s for a client that waits %s s',
  (header) => {
    expect(scrapeDeadline('header', header)).toEqual(scrapeDeadline('header', '30'));
  },
);

test.each<[header: string, collectorMs: number, totalMs: number]>([
  ['0.1', 22.5, 50],
  ['0.01', 2.25, 5],
  ['0.000000001', 1, 0.000_000_5],
])('scrapeDeadline leaves half of a very short time for the response: %s', (header, collectorMs, totalMs) => {
  const deadline = scrapeDeadline('header', header);

  expect(deadline.collectorMs).toBeCloseTo(collectorMs, 9);
  expect(deadline.totalMs).toBeCloseTo(totalMs, 9);
});

test.each([
  undefined,
  '',
  '0',
  '0.0',
  '-1',
  '+1',
  '1e3',
  '.5',
  '5.',
  'NaN',
  'Infinity',
  '0x10',
  ' 10',
  '10 ',
  '10s',
  '1,5',
  '10, 20',
  '1000000',
  '1.0000000000',
  '१०',
  '10\n',
  '9'.repeat(10_000),
])('scrapeDeadline is 5 s for each collector if the header is %j', (header) => {
  expect(scrapeDeadline('header', header)).toEqual({ collectorMs: 5000, totalMs: Infinity });
});

test.each([1, 20_000, Infinity])(
  'scrapeDeadline is %d ms for each collector with this option timeoutMs, whatever the header',
  (timeoutMs) => {
    expect(scrapeDeadline(timeoutMs, '1')).toEqual({ collectorMs: timeoutMs, totalMs: Infinity });
  },
);
