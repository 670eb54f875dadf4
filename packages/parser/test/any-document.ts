import fc from 'fast-check';

/** Returns mostly one of the first tokens, and sometimes one of the others, which are odd or wrong. */
function mostly(usual: readonly string[], odd: readonly string[], weight = 14): fc.Arbitrary<string> {
  return fc.oneof({ weight, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: fc.constantFrom(...odd) });
}

const sequence = (...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((texts) => texts.join(''));

const NAMES = ['x', 'x', 'x_count', 'x_sum', 'x_bucket', 'y', 'y_total', 'a:b', '_z9'];
const QUOTED_NAMES = ['"x"', '"x.y"', '"x_count"', '"ä 𝄞"', '"a\\"b\\\\c\\nd"'];
const ODD_NAMES = ['9x', 'x-y', 'é', '', '\ufeffx', 'x\r', '"x"', 'x"', '{'];
const ODD_QUOTED_NAMES = ['""', '"a\nb"', '"a\\tb"', '"a\0b"', '"x', "'x'", '"x""y"'];
const VALUES = [
  '1',
  '0',
  '-0',
  '2.5',
  '-3',
  '1e3',
  '1.5E-7',
  'NaN',
  '+Inf',
  '-Inf',
  '5e-324',
  '9007199254740993',
  'inf',
  '7',
  '3',
];
const ODD_VALUES = [
  ...[
    '1e999',
    '-1e999',
    '1e-999',
    '0x10',
    '0x1p4',
    '1_0',
    '+nan',
    '-NaN',
    'infinity',
    '.5',
    '5.',
    '.',
    '',
    '-',
    '1e',
    '1,',
  ],
  ...['00012', '1.7976931348623159e308', 'one', '1\r', '１', '1}', '1e+05', '"1"', 'null', '++1'],
];
const BLANKS = [' '];
const ODD_BLANKS = ['', '  ', '\t', ' \t ', '\v', '\u00a0', '\r'];
const OPTIONAL_BLANKS = [''];
const ODD_OPTIONAL_BLANKS = [' ', '\t', '  '];
const LABEL_VALUES = ['"b"', '""', '"c"', '"ä"', '"a\\\\b\\"c\\nd"', '"0.5"'];
const ODD_LABEL_VALUES = ['"a\\tb"', '"a\nb"', '"a\\\nb"', '"a\0b"', "'b'", 'b', '"b', '"b\\"', '"\r"', ''];
const BOUNDS = ['"1"', '"0.5"', '"+Inf"', '"0.99"', '"1.0"', '"2"'];
const ODD_BOUNDS = ['"NaN"', '"x"', '"1e999"', '""', '"inf"', '"1e0"', '"-1"', '"+1"', '"-Inf"'];

const blank = mostly(BLANKS, ODD_BLANKS, 30);
const optionalBlank = mostly(OPTIONAL_BLANKS, ODD_OPTIONAL_BLANKS, 10);
const value = mostly(VALUES, ODD_VALUES, 8);

function label(equals: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const plain = sequence(
    mostly(['a', 'c', '_d', 'a', 'B1'], ['"a"', '"l.m"', '1a', 'a:b', '', 'é', '"', '""', '__name__', '"\\""']),
    equals,
    mostly(LABEL_VALUES, ODD_LABEL_VALUES),
  );
  const part = sequence(mostly(['le', 'quantile', 'le'], ['"le"', 'LE']), equals, mostly(BOUNDS, ODD_BOUNDS, 5));
  return fc.oneof(plain, part);
}

function braces(first: fc.Arbitrary<string>, blanks: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const equals = sequence(blanks, mostly(['='], ['', '==', ':', '!='], 60), blanks);
  const comma = sequence(blanks, mostly([','], ['', ',,', ';', ' '], 40), blanks);
  const end = sequence(blanks, mostly(['}'], [',}', '', '}}', ',,}', '{', ', }'], 12));
  const rest = fc.array(fc.tuple(comma, label(equals)), { maxLength: 2 });
  return fc
    .tuple(blanks, first, rest, end)
    .map(([before, head, more, after]) => `{${before}${head}${head === '' ? '' : more.flat().join('')}${after}`);
}

/** Returns text documents around every rule of the format: most tokens of most documents are right. */
export function anyTextDocument(nowMs: number): fc.Arbitrary<string> {
  const timestamps = [0, 1, 2, 5].map((seconds) => String(nowMs - seconds * 1000));
  const name = mostly(NAMES, ODD_NAMES, 40);
  const quotedName = mostly(QUOTED_NAMES, ODD_QUOTED_NAMES);
  const equals = sequence(optionalBlank, fc.constant('='), optionalBlank);
  const series = fc.oneof(
    { weight: 3, arbitrary: name },
    { weight: 6, arbitrary: sequence(name, optionalBlank, braces(label(equals), optionalBlank)) },
    {
      weight: 1,
      arbitrary: sequence(name, optionalBlank, braces(mostly(['', '"x"', ',', ' '], ['{']), optionalBlank)),
    },
    { weight: 2, arbitrary: braces(quotedName, optionalBlank) },
    {
      weight: 1,
      arbitrary: braces(
        sequence(label(equals), optionalBlank, mostly([','], [''], 10), optionalBlank, quotedName),
        optionalBlank,
      ),
    },
  );
  const timestamp = fc.oneof(
    { weight: 8, arbitrary: fc.constant('') },
    { weight: 2, arbitrary: sequence(blank, fc.constantFrom(...timestamps)) },
    {
      weight: 1,
      arbitrary: sequence(
        blank,
        fc.constantFrom(
          '-5',
          '+5',
          '5.5',
          '1e3',
          `00${nowMs}`,
          '99999999999999999999',
          '9223372036854775808',
          'x',
          '5 6',
          '# c',
        ),
      ),
    },
  );
  const sample = sequence(
    mostly([''], [' ', '\t', '\r', '\0'], 30),
    series,
    mostly([' '], ['', '  ', '\t', '\u00a0'], 20),
    value,
    timestamp,
    mostly([''], [' ', '\t', ' x', '\r', '{', '\0', ' # {a="b"} 1'], 25),
  );
  const describedName = fc.oneof({ weight: 5, arbitrary: name }, { weight: 1, arbitrary: quotedName });
  const hash = mostly(['# '], ['#', '#\t', '#  ', ' # ', '##'], 15);
  const type = sequence(
    hash,
    mostly(['TYPE'], ['type', 'TYPE\t', 'TYPES', ''], 30),
    blank,
    describedName,
    mostly([' '], ['  ', '\t', '{', '-', '', ' \t'], 20),
    mostly(
      ['counter', 'gauge', 'histogram', 'summary', 'untyped', 'histogram', 'summary'],
      [
        'unknown',
        'Gauge',
        'HISTOGRAM',
        'gaugehistogram',
        'gauge_histogram',
        'info',
        'gauge ',
        '',
        ' ',
        'gauge\r',
        'counter x',
      ],
      20,
    ),
  );
  const help = sequence(
    hash,
    mostly(['HELP'], ['help', 'HELP\t', 'HELPS'], 30),
    blank,
    describedName,
    mostly([' '], ['  ', '\t', '{', '-', '', '\n'], 20),
    mostly(['Some help.', 'a\\\\b\\nc', 'ä', '', ' '], ['\\x', 'a\\"b', 'a\\', '\0', '\r', '"']),
  );
  const other = fc.constantFrom(
    '',
    ' ',
    '# c',
    '#',
    '#c',
    '# EOF',
    '\t',
    '# a\0b',
    '#\0',
    '\0',
    '# HELP',
    '# TYPE ',
    '#HELP x y',
  );
  const line = fc.oneof(
    { weight: 12, arbitrary: sample },
    { weight: 4, arbitrary: type },
    { weight: 2, arbitrary: help },
    { weight: 1, arbitrary: other },
  );
  return fc
    .tuple(fc.array(line, { maxLength: 6 }), mostly(['\n'], ['', '\n\n', '\r\n', '\n '], 12))
    .map(([lines, end]) => lines.join('\n') + (lines.length > 0 ? end : ''));
}

const OPENMETRICS_TYPES = ['counter', 'gauge', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset', 'unknown'];

/** Samples of a family of each type, with the part that a rule is about as the only odd token. */
function familyLines(name: string, type: string, labels: string, amount: string, tail: string): string[] {
  const braces = (part: string) => {
    const all = [labels, part].filter((text) => text !== '').join(',');
    return all === '' ? '' : `{${all}}`;
  };
  switch (type) {
    case 'counter':
      return [`${name}_total${braces('')} ${amount}${tail}`];
    case 'histogram':
    case 'gaugehistogram': {
      const g = type === 'histogram' ? '' : 'g';
      return [
        `${name}_bucket${braces('le="1.0"')} ${amount}${tail}`,
        `${name}_bucket${braces('le="+Inf"')} 9${tail.replace(/ #.*/, '')}`,
        `${name}_${g}sum${braces('')} 5${tail.replace(/ #.*/, '')}`,
        `${name}_${g}count${braces('')} 9${tail.replace(/ #.*/, '')}`,
      ];
    }
    case 'summary':
      return [
        `${name}${braces('quantile="0.5"')} ${amount}${tail}`,
        `${name}_sum${braces('')} 5`,
        `${name}_count${braces('')} 9`,
      ];
    case 'info':
      return [`${name}_info${braces('')} ${amount}${tail}`];
    case 'stateset':
      return [`${name}${braces(`${name}="on"`)} ${amount}${tail}`, `${name}${braces(`${name}="off"`)} 0`];
    default:
      return [`${name}${braces('')} ${amount}${tail}`];
  }
}

/** Returns OpenMetrics 1.0 documents around every rule of the format: most tokens of most documents are right. */
export function anyOpenMetricsDocument(): fc.Arbitrary<string> {
  const labels = mostly(
    ['', 'a="b"', 'a="b",c="d"', 'a="ä\\\\\\"\\n"'],
    [
      'a="b", c="d"',
      'a="b",',
      ',a="b"',
      ' a="b"',
      'a = "b"',
      'a="b" ',
      'a="b"c="d"',
      'a="b",a="c"',
      'a=""',
      "a='b'",
      '1a="b"',
      'le="1"',
      'a="\\x"',
      '"a"="b"',
    ],
    3,
  );
  const amount = mostly(
    ['1', '0', '1.0', '1'],
    ['-1', 'NaN', '+Inf', '-Inf', '1e3', '0x1', '1_0', 'inf', '', '1e999', '.5', '5.', 'one', '2.5', '+1', '1e', 'nan'],
    4,
  );
  const tail = mostly(
    ['', '', ''],
    [
      ...[' 1', ' 1.5', ' -1', ' 1e3', ' NaN', ' 1 ', ' ', '  1', ' x', ' +1', ' 1_0', ' 1.', ' .5', ' 1 2'],
      ...[
        ' # {} 1',
        ' # {a="b"} 1',
        ' # {a="b"} 0.5 1',
        ' # {a="b", c="d"} 0.5',
        ' # {a="b",} 1',
        ' #{a="b"} 1',
        ' # {a="b"}',
        ' # {a="b"} 1 x',
        ' # a',
      ],
    ],
    2,
  );
  const help = mostly(
    ['', '# HELP N Help.\n'],
    [
      '# HELP N\n',
      '# HELP N \n',
      '# HELP N \\x\n',
      '# HELP  N x\n',
      '# HELP N a\n# HELP N b\n',
      '#HELP N x\n',
      '# HELP M x\n',
    ],
    8,
  );
  const unit = mostly(
    [''],
    ['# UNIT N s\n', '# UNIT N \n', '# UNIT N\n', '# UNIT N x\n', '# UNIT N s\n# UNIT N s\n'],
    8,
  );
  const name = mostly(['x', 'y', 'x_s', 'a:b'], ['x_total', 'x_count', 'x_info', '9', 'x-y', 'é', 'x_created'], 12);
  const type = mostly(OPENMETRICS_TYPES, ['Gauge', 'untyped', 'gauge ', '', ' gauge'], 20);
  const family = fc
    .tuple(
      name,
      type,
      labels,
      amount,
      tail,
      help,
      unit,
      mostly(['kept'], ['no type', 'twice', 'repeated line', 'reversed', 'empty line', 'blank'], 14),
    )
    .map(([name, type, labels, amount, tail, help, unit, change]) => {
      const lines = familyLines(name, type, labels, amount, tail);
      const typeLine = change === 'no type' ? '' : `# TYPE ${name} ${type}\n`;
      const named = (text: string) => text.replaceAll(' N', ` ${name}`);
      const more =
        change === 'twice'
          ? [...lines, ...lines]
          : change === 'repeated line'
            ? [lines[0]!, ...lines]
            : change === 'reversed'
              ? lines.toReversed()
              : change === 'empty line'
                ? [...lines, '']
                : change === 'blank'
                  ? [` ${lines[0]}`]
                  : lines;
      return `${typeLine}${named(unit)}${named(help)}${more.map((line) => `${line}\n`).join('')}`;
    });
  return fc
    .tuple(
      fc.array(family, { minLength: 1, maxLength: 2 }),
      mostly(['# EOF\n'], ['# EOF', '', '# EOF\n\n', '# EOF \n', ' # EOF\n', '# EOF\nx 1\n', '#EOF\n'], 16),
    )
    .map(([families, end]) => families.join('') + end);
}
