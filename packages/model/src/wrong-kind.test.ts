import { expect, test } from 'vitest';
import { PromwrightError } from './promwright-error.ts';
import { wrongKind } from './wrong-kind.ts';

test('the error for a wrong kind names the option, the rule and the value', () => {
  const error = wrongKind('labels.route', 'the name of a label or false', [1, 2]);

  expect(error).toMatchObject({
    name: 'TypeError',
    code: 'INVALID_OPTION',
    message: 'Option "labels.route" must be the name of a label or false; got an array of 2',
  });
  expect(error).toBeInstanceOf(PromwrightError);
});
