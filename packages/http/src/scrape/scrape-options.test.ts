import { expect, test } from 'vitest';
import { checkScrapeOptions, type ScrapeOptions } from './scrape-options.ts';

const gatherer = { gather: async () => [] };

test.each<[options: ScrapeOptions]>([
  [{}],
  [{ gatherer: [gatherer, gatherer], maxInFlight: 1, timeoutMs: 0.5, compression: false, formats: ['protobuf'] }],
  [{ gatherer, maxInFlight: Infinity, timeoutMs: Infinity, compression: ['gzip', 'zstd'], formats: [] }],
  [{ timeoutMs: 'header', compression: [], strict: true, selfMetrics: false }],
  [{ timeoutMs: 2 ** 31 - 1, auth: { bearer: 'x' } }],
])('checkScrapeOptions accepts %j', (options) => {
  expect(() => checkScrapeOptions(options)).not.toThrow();
});

const TYPE = 'TypeError';
const RANGE = 'RangeError';
const TIMEOUT = 'Option "timeoutMs" must be positive or "header"; got ';
const IN_FLIGHT = 'Option "maxInFlight" must be an integer from 1 on, or Infinity; got ';
const FORMATS = 'Option "formats" must be an array of "text", "openmetrics", "protobuf"; got ';
const COMPRESSION = 'Option "compression" must be false or an array of "zstd", "gzip"; got ';

test.each<[options: unknown, name: string, message: string]>([
  [null, TYPE, 'Option "scrape" takes an object of options; got null'],
  ['x', TYPE, 'Option "scrape" takes an object of options; got "x"'],
  [{ atuh: { bearer: 'x' } }, TYPE, 'Option "scrape" has no option "atuh"; did you mean "auth"?'],
  [{ registry: gatherer }, TYPE, 'Option "scrape" has no option "registry"; use "gatherer"'],
  [{ gatherer: null }, TYPE, 'Option "gatherer" must have a method "gather"; got null'],
  [{ gatherer: {} }, TYPE, 'Option "gatherer" must have a method "gather"; got an object'],
  [{ gatherer: [gatherer, undefined] }, TYPE, 'Option "gatherer" must have a method "gather"; got undefined'],
  [{ gatherer: [] }, RANGE, 'Option "gatherer" must hold at least one gatherer; got an array of 0'],
  [{ maxInFlight: 0 }, RANGE, `${IN_FLIGHT}0`],
  [{ maxInFlight: 1.5 }, RANGE, `${IN_FLIGHT}1.5`],
  [{ maxInFlight: NaN }, RANGE, `${IN_FLIGHT}NaN`],
  [{ maxInFlight: '4' }, RANGE, `${IN_FLIGHT}"4"`],
  [{ timeoutMs: 0 }, RANGE, `${TIMEOUT}0`],
  [{ timeoutMs: -1 }, RANGE, `${TIMEOUT}-1`],
  [{ timeoutMs: NaN }, RANGE, `${TIMEOUT}NaN`],
  [{ timeoutMs: 2 ** 31 }, RANGE, 'Option "timeoutMs" must be at most 2147483647, or Infinity; got 2147483648'],
  [{ timeoutMs: '5' }, RANGE, `${TIMEOUT}"5"`],
  [{ timeoutMs: null }, RANGE, `${TIMEOUT}null`],
  [{ compression: true }, TYPE, `${COMPRESSION}true`],
  [{ compression: 'gzip' }, TYPE, `${COMPRESSION}"gzip"`],
  [{ compression: ['gzip', 'br'] }, TYPE, `${COMPRESSION}"br"`],
  [{ formats: false }, TYPE, `${FORMATS}false`],
  [{ formats: ['text', 'json'] }, TYPE, `${FORMATS}"json"`],
  [{ formats: [undefined] }, TYPE, `${FORMATS}undefined`],
  [{ strict: 'yes' }, TYPE, 'Option "strict" must be true or false; got "yes"'],
  [{ selfMetrics: 1 }, TYPE, 'Option "selfMetrics" must be true or false; got 1'],
])('checkScrapeOptions refuses %j', (options, name, message) => {
  const check = () => checkScrapeOptions(options as ScrapeOptions);

  expect(check).toThrow(expect.objectContaining({ name, code: 'INVALID_OPTION', message }));
});
