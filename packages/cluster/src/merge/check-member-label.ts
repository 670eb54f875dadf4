import { checkLabelName, describeValue, rangeError } from '@promwright/model';

/**
 * Checks the option `memberLabel`.
 * @throws RangeError with code `INVALID_OPTION`
 */
export function checkMemberLabel(memberLabel: unknown): asserts memberLabel is string {
  try {
    checkLabelName(memberLabel, '');
  } catch {
    const found = describeValue(memberLabel);
    throw rangeError('INVALID_OPTION', `Option "memberLabel" must be a label name that is not reserved; got ${found}`);
  }
}
