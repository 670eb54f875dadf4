import { once } from 'node:events';
import { errorMessage } from '@promwright/model';
import type { Command } from './command.ts';
import { InputError, UsageError } from './errors.ts';
import { escapeControls } from './format.ts';
import { portOption } from './option-values.ts';
import { readArguments } from './read-arguments.ts';
import { writeAll } from './write-all.ts';

/** Command `promwright serve`. */
export const serveCommand: Command = {
  name: 'serve',
  summary: 'serve the metrics of the processes that share a directory',
  failureCode: 1,
  help: () => `Usage: promwright serve [options]

Serves the metrics of all processes of a service that have called joinProcesses() of @promwright/cluster, while they are busy and after
they have ended. Run it as the same user, on the same machine and in the same container. Prints the address, and runs until it is ended.

  --name NAME          name of the service, as in joinProcesses({ name })
  --directory DIR      directory of the files instead, as in joinProcesses({ directory })
  --port PORT          port to listen on, default 9464; 0 for any free port
  --host HOST          address to listen on, default 127.0.0.1
  --member-label NAME  label that tells processes apart, default pid
  --per-member         show every series of every process, with the label

Exit codes: 1 the directory cannot be used or the port is taken, 2 wrong arguments
`,
  async run(args, { io }) {
    const { values } = readArguments(
      args,
      {
        name: { type: 'string' },
        directory: { type: 'string' },
        port: { type: 'string' },
        host: { type: 'string' },
        'member-label': { type: 'string' },
        'per-member': { type: 'boolean' },
      },
      { min: 0, max: 0 },
    );
    const { name, directory, host, 'member-label': memberLabel } = values;
    if (name === undefined && directory === undefined) throw new UsageError('Command needs --name or --directory');
    const port = values.port === undefined ? undefined : portOption('--port', values.port);
    // Loaded here, because the other commands need no server.
    const { readProcesses } = await import('@promwright/cluster');
    const { startMetricsServer } = await import('@promwright/http');
    const report = (error: unknown) =>
      void writeAll(io.stderr, `promwright serve: ${escapeControls(errorMessage(error))}\n`);
    const server = await asInputError(() => {
      const gatherer = readProcesses({
        ...(name !== undefined && { name }),
        ...(directory !== undefined && { directory }),
        ...(memberLabel !== undefined && { memberLabel }),
        perMember: values['per-member'] ?? false,
        onError: report,
      });
      return startMetricsServer({
        gatherer,
        keepAlive: true,
        ...(port !== undefined && { port }),
        ...(host !== undefined && { host }),
      });
    });
    await writeAll(io.stdout, `${server.url}\n`);
    if (io.signal === undefined) return await new Promise<never>(() => undefined);
    if (!io.signal.aborted) await once(io.signal, 'abort');
    await server.close();
    return { exitCode: 0 };
  },
};

/** Turns wrong values and errors of the system into errors of the command. */
async function asInputError<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith('INVALID_')) throw new UsageError(errorMessage(error));
    throw new InputError(escapeControls(errorMessage(error)));
  }
}
