// What is tried: an application of the fetch standard, on the server of the runtime that runs it. Prints its address.
import { fetchMetrics, setRoute } from '../../packages/http/dist/fetch.mjs';
import { Counter } from '../../packages/metrics/dist/index.mjs';
import { args, serve } from './serve.js';

const [measure] = args;

// Enough that a scrape is more than one chunk.
const items = new Counter({ name: 'items_total', help: 'Items.', labelNames: ['item'], labelLimit: Infinity });
for (let i = 0; i < 20_000; i++) items.inc({ item: `an-item-with-a-long-name-${i}` });

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** So many chunks, a little apart. */
function chunks(count, text) {
  let sent = 0;
  return new ReadableStream({
    async pull(controller) {
      await wait(5);
      if (sent++ < count) controller.enqueue(new TextEncoder().encode(text));
      else controller.close();
    },
  });
}

async function handler(request) {
  const { pathname } = new URL(request.url);
  if (pathname.startsWith('/users/')) {
    setRoute(request, '/users/:id');
    const headers = new Headers({ 'Content-Type': 'text/plain' });
    headers.append('Set-Cookie', 'a=1');
    headers.append('Set-Cookie', 'b=2');
    return new Response(`User of ${(await request.text()).length}`, { status: 201, headers });
  }
  setRoute(request, pathname);
  if (pathname === '/fails') throw new RangeError('broken');
  if (pathname === '/slow') {
    await wait(1000);
    return new Response('late');
  }
  if (pathname === '/stream') return new Response(chunks(3, 'chunk\n'));
  if (pathname === '/endless') return new Response(chunks(Infinity, 'chunk\n'));
  if (pathname === '/events') {
    return new Response(chunks(3, 'data: 1\n\n'), { headers: { 'Content-Type': 'text/event-stream' } });
  }
  setRoute(request, '(none)');
  return new Response('Not found', { status: 404 });
}

serve(fetchMetrics(handler, { measure }));
