import { describe, expect, test } from 'vitest';
import { pathNode, tagValue } from './names.ts';

describe('pathNode', () => {
  test.each([
    // The same as client_golang and client_python.
    ['hE/l1o', 'hE_l1o'],
    ['hell-.o', 'hell-_o'],
    ['0.01', '0_01'],
    ['+Inf', '_Inf'],
    ['1e-05', '1e-05'],
    ['1e+06', '1e_06'],
    ['val1', 'val1'],
    ['constname', 'constname'],
    ['name_bucket', 'name_bucket'],
    ['größe', 'gr__e'],
    ['a;b', 'a_b'],
    ['~x', '_x'],
    ['a"b', 'a_b'],
    ['*', '_'],
    ['🙂', '_'],
    ['tab\tline\n', 'tab_line_'],
    // The same as client_golang; client_python has `_` for the colon.
    ['job:rate5m', 'job:rate5m'],
    // The same as client_python; client_golang joins several `_`, so that more names become equal, and makes a space a dot.
    ['he,*ll(.o', 'he__ll__o'],
    ['hello_there%^&', 'hello_there___'],
    ['a__b', 'a__b'],
    ['a b', 'a_b'],
    // Different from both: an empty node would be no node.
    ['', '_'],
  ])('changes %j to %j', (text, node) => {
    expect(pathNode(text)).toBe(node);
  });
});

describe('tagValue', () => {
  test.each([
    ['/users/:id', '/users/:id'],
    ['+Inf', '+Inf'],
    ['0.01', '0.01'],
    ['größe', 'größe'],
    ['日本 語', '日本_語'],
    ['a=b,c', 'a=b,c'],
    ['a;b', 'a_b'],
    ['~x', '_x'],
    ['a~x', 'a~x'],
    ['{a"}', '{a_}'],
    ["it's", "it's"],
    ['a b\tc\nd', 'a_b_c_d'],
    ['\u00a0\u0085\u2028\u001c\u3000', '_____'],
    ['', '_'],
  ])('changes %j to %j', (text, value) => {
    expect(tagValue(text)).toBe(value);
  });
});
