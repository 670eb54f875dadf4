import { loadGroup } from './load-groups.ts';
import type { Answer, Assignment, Request } from './messages.ts';

// Process of one contestant of one row. Measures on each message of its parent, and waits in between.

const { group, row, contestant, settings } = JSON.parse(process.argv[2]!) as Assignment;
const sampler = answering(async () => {
  const found = (await loadGroup(group)).rows(settings).find(({ title }) => title === row);
  return found!.contestants[contestant]!.start(settings);
});
process.on('message', (request: Request) => answer(request));
// The parent has ended.
process.on('disconnect', () => process.exit());

async function answer(request: Request): Promise<void> {
  const ready = await sampler;
  if (ready === undefined) return;
  if (request === 'check') await answering(() => ready.check());
  else await answering(() => ready.sample());
}

/** Runs a task and sends its result to the parent. */
async function answering<R>(run: () => Promise<R>): Promise<R | undefined> {
  try {
    const result = await run();
    send(typeof result === 'number' ? { value: result } : { done: true });
    return result;
  } catch (error) {
    send({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    return undefined;
  }
}

function send(message: Answer): void {
  process.send!(message);
}
