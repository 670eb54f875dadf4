import { describe, expect, test } from 'vitest';
import { pathNode, tagValue } from './names.ts';

describe('a node of a path', () => {
  test.each([
    // As client_golang and client_python.
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
    // As client_golang alone, which client_python has `_` for.
    ['job:rate5m', 'job:rate5m'],
    // As client_python alone: client_golang makes one `_` of several, so that more names become one, and a dot of a space.
    ['he,*ll(.o', 'he__ll__o'],
    ['hello_there%^&', 'hello_there___'],
    ['a__b', 'a__b'],
    ['a b', 'a_b'],
    // As neither: an empty node would be no node.
    ['', '_'],
  ])('%j is %j', (text, node) => {
    expect(pathNode(text)).toBe(node);
  });
});

describe('the value of a tag', () => {
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
  ])('%j is %j', (text, value) => {
    expect(tagValue(text)).toBe(value);
  });
});
