import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runCommand } from '../test/run-command.ts';
import { temporaryFiles } from '../test/temporary-files.ts';
import { run } from './run.ts';

test.each([[['--help']], [['-h']], [['help']]])('run prints all commands for %j', async (args) => {
  const { exitCode, stdout, stderr } = await runCommand(args);

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const commands = ['  check', '  scrape', '  diff', '  top', '  serve'];
  // Once with its summary, and once with its exit codes.
  expect(stdout.match(/^ {2}\w+/gm)).toEqual([...commands, ...commands]);
});

test.each(['check', 'scrape', 'diff', 'top'])('run prints the usage and the exit codes of %s', async (command) => {
  const results = await Promise.all(
    [
      [command, '--help'],
      [command, 'x', '-h'],
      ['help', command],
    ].map((args) => runCommand(args)),
  );

  expect(new Set(results.map(({ stdout }) => stdout)).size).toBe(1);
  expect(results[0]).toMatchObject({ exitCode: 0, stderr: '' });
  expect(results[0]!.stdout).toMatch(new RegExp(`^Usage: promwright ${command} .*\\nExit codes: 0 `, 's'));
});

test('run prints the version', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

  expect(await runCommand(['--version'])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
});

test.each<[args: string[], message: string]>([
  [['chekc'], 'promwright: Unknown command "chekc"; did you mean "check"?'],
  [['--chekc'], 'promwright: Unknown option "--chekc"'],
  [['--verison'], 'promwright: Unknown option "--verison"; did you mean "--version"?'],
  [['top', '--limt', '1', 'x'], `promwright top: Unknown option '--limt'; did you mean "--limit"?`],
  [['top', '--watch', '1', '-'], 'promwright top: Option "--watch" needs a URL or a file; got standard input'],
  [
    ['top', '--watch', 'x', 'y'],
    'promwright top: Option "--watch" must be a number of seconds above 0, at most 300; got "x"',
  ],
  [['help', 'me'], 'promwright: Unknown command "me"'],
  [['check', '--foo'], "promwright check: Unknown option '--foo'"],
  [['check', '--strict=yes'], "promwright check: Option '--strict' does not take an argument"],
  [['check', 'a', 'b'], 'promwright check: Command accepts no further arguments; got "b"'],
  [['check', '--rule', 'help'], 'promwright check: Option "--rule" must be NAME=on or NAME=off; got "help"'],
  [['check', '--rule', 'x=off'], 'promwright check: Option "--rule" must name a rule that --help lists; got "x"'],
  [
    ['check', '--timeout', '0'],
    'promwright check: Option "--timeout" must be a number of seconds above 0, at most 300; got "0"',
  ],
  [
    ['check', '--type', 'xml'],
    'promwright check: Option "--type" must be one of text, text1, openmetrics, openmetrics2, protobuf; got "xml"',
  ],
  [['scrape'], 'promwright scrape: Command needs a source: a URL, a file or -; got 0'],
  [['scrape', '--name'], "promwright scrape: Option '--name <value>' argument missing"],
  [
    ['scrape', '--match', '(', 'x'],
    'promwright scrape: Option "--match" must be a regular expression; got "(": Unterminated group',
  ],
  [
    ['scrape', '--header', 'secret', 'x'],
    'promwright scrape: Option "--header" must be "Name: value"; got "" and a value',
  ],
  [
    ['scrape', '--format', 'xml', 'x'],
    'promwright scrape: Option "--format" must be one of text, text1, openmetrics, openmetrics2, protobuf; got "xml"',
  ],
  [['diff', 'a'], 'promwright diff: Command needs 2 sources: URLs, files or -; got 1'],
  [['diff', '-', '-'], 'promwright diff: Standard input can be only one of the sources; got - twice'],
  [['top', '--limit', '1.5', 'x'], 'promwright top: Option "--limit" must be an integer of at least 1; got "1.5"'],
])('run has exit code 2 and prints one line for %j', async (args, message) => {
  const { exitCode, stdout, stderr } = await runCommand(args);

  const [, command = ''] = /^promwright ?(\w*):/.exec(message)!;
  const hint = `"promwright${command && ` ${command}`} --help" shows the usage`;
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 2, stdout: '', stderr: `${message}; ${hint}\n` });
});

test('run prints all commands on standard error and has exit code 2 without arguments', async () => {
  const { exitCode, stdout, stderr } = await runCommand([]);

  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(/^Usage: promwright <command>/);
});

test('run reads an argument after -- as a source', async () => {
  expect(await runCommand(['check', '--', '--help'])).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: 'promwright check: --help: no such file\n',
  });
});

test('run prints colours only on terminals, and not if NO_COLOR is set', async () => {
  const outputs = await Promise.all([
    runCommand(['check'], { stdin: 'x 1\n', isTTY: true }),
    runCommand(['check'], { stdin: 'x 1\n', isTTY: true, env: { NO_COLOR: '1' } }),
    runCommand(['check'], { stdin: 'x 1\n' }),
  ]);

  const plain = 'x no help text\n';
  expect(outputs.map(({ stderr }) => stderr)).toEqual(['\u001b[1mx\u001b[22m no help text\n', plain, plain]);
});

test.each([
  ['closes', 'EPIPE', 0, ''],
  ['fails', 'ENOSPC', 1, 'promwright: the output cannot be written: ENOSPC\n'],
])('run has the right exit code if the output %s', async (_title, code, expectedCode, message) => {
  const [page] = temporaryFiles({ 'page.prom': 'x 1\n' });
  let printed = '';
  const failing = {
    write: (_: unknown, done: (error: Error) => void) => done(Object.assign(new Error(code), { code })),
  };
  const stderr = {
    write: (chunk: string | Uint8Array, done: () => void) => {
      printed += chunk;
      done();
    },
  };

  const exitCode = await run(['scrape', page!], { stdin: process.stdin, stdout: failing, stderr });

  expect([exitCode, printed]).toEqual([expectedCode, message]);
});

test('run names a budget that cannot be read, with the reason', async () => {
  const [page, budget] = temporaryFiles({ 'page.prom': 'x 1\n', 'budget.json': '{"default": "many"}' });

  const results = [
    await runCommand(['top', '--budget', budget!, page!]),
    await runCommand(['top', '--budget', `${budget}.gone`, page!]),
  ];

  expect(results.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual([
    [1, ''],
    [1, ''],
  ]);
  expect(results[0]!.stderr).toBe(
    `promwright top: ${budget}: Budget of "default" must be an integer of at least 0; got "many"\n`,
  );
  expect(results[1]!.stderr).toBe(`promwright top: ${budget}.gone: no such file\n`);
});
