const { Bun, Deno } = globalThis;

/** What stands behind the name of the program on the command line. */
export const args = Bun ? Bun.argv.slice(2) : Deno.args;

/** Serves a handler by the runtime's own server, and prints its address. */
export function serve(fetch) {
  const failed = () => new Response('Failed', { status: 500 });
  if (Bun) {
    const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch, error: failed });
    console.log(server.url.href);
  } else {
    const onListen = ({ port }) => console.log(`http://127.0.0.1:${port}/`);
    Deno.serve({ port: 0, hostname: '127.0.0.1', onListen, onError: failed }, fetch);
  }
}
