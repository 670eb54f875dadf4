/** Page to check with promtool and with the command. */
export interface CheckPage {
  readonly title: string;
  readonly text: string;
}

/** Returns the text of one family. */
function metric(name: string, type: string, samples: string = `${name} 7`): string {
  return `# HELP ${name} Something to know.\n# TYPE ${name} ${type}\n${samples}\n`;
}

const latency = [
  '# HELP shop_latency_seconds How long it took.',
  '# TYPE shop_latency_seconds histogram',
  ...['0.25', '2', '+Inf'].map((le, i) => `shop_latency_seconds_bucket{le="${le}",page="cart"} ${i + 5}`),
  'shop_latency_seconds_sum{page="cart"} 3.5',
  'shop_latency_seconds_count{page="cart"} 7',
  '',
].join('\n');

/** Pages with the same problems in both versions of promtool. */
export const judgedPages: readonly CheckPage[] = [
  { title: 'an empty page', text: '' },
  { title: 'blank lines and comments', text: '\n# TYPE\n#\n# HELP\n # note\n\t\n' },
  { title: 'a counter, a gauge and a histogram without problems', text: metric('sales_total', 'counter') + latency },
  {
    title: 'a summary without problems',
    text: metric('pay_bytes', 'summary', 'pay_bytes{quantile="0.9"} 1\npay_bytes_sum 1\npay_bytes_count 1'),
  },
  {
    title: 'spaces and tabs everywhere',
    text: '# HELP  a   Text.\n#\tTYPE a\tgauge\na { x = "1" , } \t 1   1700000000000\n',
  },
  {
    title: 'special numbers',
    text: metric('a', 'gauge', 'a{x="1"} NaN\na{x="2"} +Inf\na{x="3"} -inf\na{x="4"} 1e-400\na{x="5"} +.5E+3'),
  },
  { title: 'escapes', text: metric('a', 'gauge', 'a{x="\\\\ \\" \\n é 😀 { } ,"} 1') },
  { title: 'timestamps', text: metric('a', 'gauge', 'a{x="1"} 1 0\na{x="3"} 1 1700000000000') },
  { title: 'samples of two families in turn', text: 'a{x="1"} 1\nb 1\na{x="2"} 1\n' },
  { title: 'a page that ends like OpenMetrics', text: 'a 1\n# EOF\n' },
  { title: 'a family without series', text: '# TYPE jobCount_ms gauge\n' },
  { title: 'no help', text: '# TYPE depth gauge\ndepth 1\n' },
  { title: 'no help of a hundred series', text: Array.from({ length: 100 }, (_, i) => `depth{i="${i}"} 1\n`).join('') },
  { title: 'no help of several metrics', text: 'b 1\nA 1\na 1\n_ 1\n' },
  { title: 'milliseconds', text: metric('wait_milliseconds', 'gauge') },
  { title: 'hours of a counter', text: metric('sun_hours_total', 'counter') },
  { title: 'kibibytes and inches', text: metric('disk_kibibytes', 'gauge') + metric('screen_inches', 'gauge') },
  { title: 'a counter without suffix', text: metric('sales', 'counter') },
  { title: 'a gauge with the suffix of counters', text: metric('sales_total', 'gauge') },
  { title: 'a summary with the suffix of counters', text: metric('sales_total', 'summary', 'sales_total_count 1') },
  {
    title: 'suffixes of histograms',
    text: metric('a_bucket', 'gauge') + metric('a_sum', 'gauge') + metric('a_count', 'counter'),
  },
  { title: 'labels of histograms and summaries', text: metric('a', 'gauge', 'a{le="1",quantile="1"} 1\na{le="2"} 1') },
  { title: 'a histogram with a label of summaries', text: latency.replaceAll('page=', 'quantile=') },
  { title: 'a name that contains the type', text: metric('load_gauge', 'gauge') + metric('summary_of_all', 'summary') },
  { title: 'a colon', text: metric('job:sales:rate', 'gauge') },
  { title: 'a name in camelCase', text: metric('shopSales_total', 'counter') },
  {
    title: 'labels in camelCase, once for each series',
    text: metric('a', 'gauge', 'a{pageName="1",zoneId="2"} 1\na{pageName="3"} 1'),
  },
  { title: 'labels of a histogram in camelCase', text: latency.replaceAll('page=', 'pageName=') },
  {
    title: 'abbreviated units',
    text: metric('wait_ms', 'gauge') + metric('heap_mb_used', 'gauge') + metric('a_s_s_h', 'gauge'),
  },
  { title: 'everything at once', text: '# TYPE shop:salesCount_ms gauge\nshop:salesCount_ms{le="1",aB="c"} 1\n' },
  { title: 'an untyped metric that looks like a histogram', text: 'a_bucket{le="1"} 1\na_count 1\na_sum 1\n' },
];

/** Pages that both versions refuse, with the line of the error. */
export const refusedPages: readonly (CheckPage & { readonly line: number })[] = [
  { title: 'no value', text: 'a 1\nb\n', line: 2 },
  { title: 'a value other than a number', text: 'a 1\nb 2\nc three\n', line: 3 },
  { title: 'a value with separated digits', text: 'a 1_000\n', line: 1 },
  { title: 'a hexadecimal value', text: 'a 0x1p-2\n', line: 1 },
  { title: 'no line feed at the end', text: 'a 1\nb 2', line: 2 },
  { title: 'a Windows line end', text: 'a 1\r\n', line: 1 },
  { title: 'a page of HTML', text: '<!doctype html>\n<title>Not found</title>\n', line: 1 },
  { title: 'a name that begins with a digit', text: 'a 1\n2nd 1\n', line: 2 },
  { title: 'a label without quotes', text: 'a{b=c} 1\n', line: 1 },
  { title: 'an unterminated label', text: 'a{b="c} 1\n', line: 1 },
  { title: 'a label twice', text: 'a{b="1",b="2"} 1\n', line: 1 },
  { title: 'a reserved label', text: 'a{__name__="b"} 1\n', line: 1 },
  { title: 'an unknown escape', text: 'a{b="\\d"} 1\n', line: 1 },
  { title: 'unterminated braces', text: 'a{b="c" 1\n', line: 1 },
  { title: 'an unknown type', text: 'a 1\n# TYPE b speed\nb 1\n', line: 2 },
  { title: 'a second type', text: '# TYPE a gauge\n# TYPE a counter\na 1\n', line: 2 },
  { title: 'a second help', text: '# HELP a A.\n# HELP a B.\na 1\n', line: 2 },
  { title: 'a type after a sample', text: 'a 1\n# TYPE a gauge\n', line: 2 },
  { title: 'a timestamp with a fraction', text: 'a 1 1.5\n', line: 1 },
  { title: 'text after the timestamp', text: 'a 1 2 3\n', line: 1 },
  { title: 'a bucket whose bound is no number', text: '# TYPE a histogram\na_bucket{le="low"} 1\n', line: 2 },
  { title: 'a byte order mark', text: '\ufeffa 1\n', line: 1 },
];

/** Pages that promtool takes and Prometheus' server refuses, with the line of the error. */
export const lostPages: readonly (CheckPage & { readonly line: number })[] = [
  { title: 'a negative timestamp', text: 'a 1\na{x="2"} 1 -5\n', line: 2 },
  { title: 'a type in upper case', text: '# HELP a A.\n# TYPE a GAUGE\na 1\n', line: 2 },
  { title: 'two blanks before a type', text: '# TYPE a  gauge\na 1\n', line: 1 },
  { title: 'a gauge histogram', text: '# TYPE a gaugehistogram\n', line: 1 },
  { title: 'a help without a name', text: '# HELP \n', line: 1 },
];
