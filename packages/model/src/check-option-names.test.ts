import { describe, expect, test } from 'vitest';
import { checkOptionNames } from './check-option-names.ts';

const KNOWN = ['auth', 'labelNames', 'maxInFlight', 'timeoutMs'];

describe('checkOptionNames', () => {
  test('accepts known options only', () => {
    expect(() => checkOptionNames('scrape', { auth: 1, timeoutMs: undefined }, KNOWN)).not.toThrow();
    expect(() => checkOptionNames('scrape', {}, KNOWN)).not.toThrow();
  });

  test.each([
    ['atuh', 'scrape has no option "atuh"; did you mean "auth"?'],
    ['Auth', 'scrape has no option "Auth"; did you mean "auth"?'],
    ['labelnames', 'scrape has no option "labelnames"; did you mean "labelNames"?'],
    ['timeoutMS', 'scrape has no option "timeoutMS"; did you mean "timeoutMs"?'],
    ['maxInflights', 'scrape has no option "maxInflights"; did you mean "maxInFlight"?'],
    ['colour', 'scrape has no option "colour"; its options are auth, labelNames, maxInFlight, timeoutMs'],
    ['registers', 'scrape has no option "registers"; use "registry"'],
    ['constructor', 'scrape has no option "constructor"; its options are auth, labelNames, maxInFlight, timeoutMs'],
    ['', 'scrape has no option ""; its options are auth, labelNames, maxInFlight, timeoutMs'],
  ])('refuses %j with advice', (name, message) => {
    const check = () => checkOptionNames('scrape', { [name]: undefined }, KNOWN, { registers: 'use "registry"' });

    expect(check).toThrow(TypeError);
    expect(check).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', message }));
  });

  test.each([
    [null, 'null'],
    [undefined, 'undefined'],
    ['auth', '"auth"'],
    [['auth'], 'an array of 1'],
    [() => 1, 'a function'],
  ])('refuses %j in place of an object', (options, described) => {
    expect(() => checkOptionNames('scrape', options, KNOWN)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: `scrape takes an object of options; got ${described}`,
      }),
    );
  });
});
