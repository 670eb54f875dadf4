/** Page in text 0.0.4 for promtool and `lint` to check. */
export interface CorpusPage {
  readonly title: string;
  readonly text: string;
  /** Possible output of promtool 2.42 if different: the version lacks a rule, has another one, or depends on chance. */
  readonly older?: readonly string[];
}

/** Returns a page with one family, by default with the single sample `name 1`. */
function one(name: string, type: string, samples: string = `${name} 1`, help = 'What it is.'): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${samples}\n`;
}

const duration = [
  '# HELP rpc_duration_seconds Time to answer.',
  '# TYPE rpc_duration_seconds histogram',
  'rpc_duration_seconds_bucket{method="get",le="0.1"} 3',
  'rpc_duration_seconds_bucket{method="get",le="1"} 4',
  'rpc_duration_seconds_bucket{method="get",le="+Inf"} 4',
  'rpc_duration_seconds_sum{method="get"} 0.7',
  'rpc_duration_seconds_count{method="get"} 4',
  '',
].join('\n');

/** Pages with and without problems, at least two for every rule of promlint. */
export const promtoolCorpus: readonly CorpusPage[] = [
  { title: 'nothing', text: '' },
  { title: 'empty lines and a comment', text: '\n\n# Nothing here.\n' },
  { title: 'a good counter', text: one('jobs_done_total', 'counter', 'jobs_done_total{queue="mail"} 3') },
  { title: 'a good gauge', text: one('temperature_celsius', 'gauge') },
  { title: 'a good histogram', text: duration },
  {
    title: 'a good summary',
    text: one('size_bytes', 'summary', 'size_bytes{quantile="0.5"} 7\nsize_bytes_sum 9\nsize_bytes_count 2'),
  },
  { title: 'a good untyped metric', text: '# HELP answers Answers.\nanswers 42\n' },
  { title: 'a family without samples', text: '# HELP jobs Jobs.\n# TYPE jobs counter\n' },
  { title: 'a type without samples or help', text: '# TYPE jobs_ms_gauge gauge\n' },

  { title: 'no help', text: '# TYPE queue_length gauge\nqueue_length 1\n' },
  { title: 'no help and no type', text: 'answers{to="life"} 42\nquestions 1\n' },
  { title: 'an empty help', text: '# HELP queue_length\n# TYPE queue_length gauge\nqueue_length 1\n' },
  { title: 'a help of blanks', text: '# HELP queue_length  \t \n# TYPE queue_length gauge\nqueue_length 1\n' },
  { title: 'a help after the samples', text: 'answers 42\n# HELP answers Answers.\n' },
  { title: 'a help that is a line feed', text: '# HELP answers \\n\nanswers 42\n' },

  { title: 'milliseconds', text: one('latency_milliseconds', 'gauge') },
  { title: 'minutes in the middle', text: one('uptime_minutes_total', 'counter') },
  { title: 'kelvins, which are kelvin', text: one('core_kelvins', 'gauge') },
  { title: 'millimetres in British spelling', text: one('rain_millimetres', 'gauge') },
  { title: 'a prefix that promlint misspells', text: one('heap_mibibytes', 'gauge') + one('disk_mebibytes', 'gauge') },
  { title: 'thermometers, which are no unit', text: one('room_thermometers', 'gauge') + one('kilo_runs', 'gauge') },
  { title: 'a unit as the whole name', text: one('hours', 'gauge') + one('bytes', 'gauge') },
  { title: 'units in upper case', text: one('wait_Minutes', 'gauge') },
  {
    title: 'a base unit before another unit',
    text: one('seconds_per_days', 'gauge'),
    older: ['', 'seconds_per_days use base unit "seconds" instead of "days"\n'],
  },
  {
    title: 'three units',
    text: one('x_kilobytes_hours_grams', 'untyped'),
    older: [
      '',
      'x_kilobytes_hours_grams use base unit "bytes" instead of "kilobytes"\n',
      'x_kilobytes_hours_grams use base unit "seconds" instead of "hours"\n',
    ],
  },

  { title: 'a counter without suffix', text: one('jobs_done', 'counter') },
  { title: 'a gauge with the suffix of counters', text: one('jobs_total', 'gauge') },
  { title: 'a histogram and a summary with it', text: one('a_total', 'histogram') + one('b_total', 'summary') },
  { title: 'an untyped metric with it', text: one('jobs_total', 'untyped') },
  { title: 'total in the middle', text: one('jobs_total_done', 'counter') + one('total', 'gauge') },

  { title: 'a gauge like a bucket', text: one('x_bucket', 'gauge') + one('z_bucket', 'summary') },
  { title: 'a counter like a count', text: one('x_count', 'counter') + one('y_count', 'histogram') },
  { title: 'a gauge like a sum', text: one('x_sum', 'gauge') + one('y_sum', 'summary') },
  { title: 'samples of a histogram without its type', text: 'x_bucket{le="1"} 1\nx_sum 1\nx_count 1\n' },
  {
    title: 'a gauge with the label of buckets in two of three series',
    text: one('x', 'gauge', 'x{le="1"} 1\nx{le="2",zone="a"} 1\nx{zone="a"} 1'),
  },
  {
    title: 'a counter with the label of quantiles',
    text: one('x_total', 'counter', 'x_total{quantile="1"} 1\nx_total{quantile="x",le="y"} 1'),
  },
  {
    title: 'a histogram with the label of quantiles',
    text: `${duration}rpc_duration_seconds_sum{method="put",quantile="1"} 2\n`,
  },
  {
    title: 'a summary with the label of buckets',
    text: one('size', 'summary', 'size{le="1",quantile="0.5"} 7\nsize_sum{le="1"} 9\nsize_count{le="2"} 2'),
  },
  { title: 'an untyped metric with both labels', text: 'x{le="1",quantile="2"} 1\n' },

  { title: 'a counter that says so', text: one('jobs_counter_total', 'counter') },
  { title: 'a gauge that says so at the end', text: one('jobs_gauge', 'gauge') + one('gauge_of_jobs', 'gauge') },
  { title: 'a histogram that says so in upper case', text: one('job_Histogram_seconds', 'histogram') },
  { title: 'a summary that says so', text: one('a_summary', 'summary') + one('summary', 'summary') },
  {
    title: 'a gauge that says it is a counter',
    text: one('jobs_counter', 'gauge'),
    older: ["jobs_counter metric name should not include type 'counter'\n"],
  },
  {
    title: 'an untyped metric that says it is a histogram of a gauge',
    text: one('x_gauge_histogram', 'untyped'),
    older: [
      [
        "x_gauge_histogram metric name should not include type 'gauge'",
        "x_gauge_histogram metric name should not include type 'gauge_histogram'",
        "x_gauge_histogram metric name should not include type 'histogram'",
        '',
      ].join('\n'),
    ],
  },

  { title: 'a colon', text: one('job:done_total', 'counter') },
  { title: 'colons at both ends', text: one(':jobs:', 'gauge') },

  { title: 'a name in camelCase', text: one('jobsDone_total', 'counter') + one('Jobs_Done', 'gauge') },
  {
    title: 'labels in camelCase, in each series',
    text: one('x', 'gauge', 'x{fooBar="1",barBaz="2"} 1\nx{fooBar="2"} 1\nx{foo="2"} 1\nx{fooBar="",FOO="1"} 1'),
  },
  {
    title: 'a label in camelCase of a histogram, once for all its samples',
    text: duration.replaceAll('method=', 'rpcMethod='),
  },
  {
    title: 'name and label in camelCase of a summary',
    text: one('aB', 'summary', 'aB{cD="1",quantile="0.5"} 1\naB{cD="1",quantile="0.9"} 1\naB_sum{cD="2"} 1'),
  },

  { title: 'ms at the end', text: one('latency_ms', 'gauge') },
  { title: 'three abbreviations and one of them twice', text: one('x_s_ms_s_kb', 'gauge') },
  { title: 'abbreviations in upper case', text: one('heap_MB', 'gauge') + one('b', 'gauge') + one('h_x', 'gauge') },
  { title: 'an abbreviation of an untyped metric', text: 'free_gb 1\n' },
  { title: 'letters that are none', text: one('bus_stops', 'gauge') + one('x_hd_min', 'gauge') },

  {
    title: 'a series twice',
    text: one('x_total', 'counter', 'x_total{a="b",c="d"} 1\nx_total{a="b",c="d"} 2'),
    older: [''],
  },
  { title: 'a series three times', text: one('x', 'gauge', 'x 1\nx 1\nx{a="b"} 1\nx 1'), older: [''] },
  {
    title: 'a series at two times, untyped',
    text: one('x', 'untyped', 'x{a="b"} 1 1700000000000\nx{a="b"} 1 1700000001000'),
    older: [''],
  },
  {
    title: 'a series twice, with another family between',
    text: `${one('x', 'gauge')}${one('y', 'gauge')}x 2\n`,
    older: [''],
  },
  { title: 'an empty label and none', text: one('x', 'gauge', 'x{a=""} 1\nx 1') },
  {
    title: 'values that would be alike if they were joined',
    text: one('x', 'gauge', 'x{a="1,b",c="d"} 1\nx{a="1",c="b,d"} 1\nx{a="1\\n",c=""} 1\nx{a="1\\\\n",c=""} 1'),
  },
  { title: 'a histogram whose samples stand twice', text: duration + duration.split('\n').slice(2).join('\n') },

  {
    title: 'many problems of one family',
    text: 'http:reqDuration_ms_minutes_count{le="1",pathName="/"} 1\n',
  },
  {
    title: 'many problems of one gauge',
    text: '# TYPE http:reqDuration_gauge_ms_hours_total gauge\nhttp:reqDuration_gauge_ms_hours_total{le="1",quantile="1",pathName="/"} 1\n',
  },
  { title: 'names to be sorted by character', text: 'zz 1\nAa 1\na_b 1\naB 1\n_x 1\n:x 1\na0 1\n' },
];
