import { createServer } from 'node:http';
import { instrumentServer, setRoute } from '@promwright/http';

const server = createServer((req, res) => {
  const [, id] = /^\/products\/(\w+)$/.exec(req.url ?? '') ?? [];
  if (id === undefined) {
    res.writeHead(404).end('Not found\n');
    return;
  }
  setRoute(req, '/products/:id');
  req.resume().on('end', () => res.end(`Product ${id}\n`));
});
instrumentServer(server);

const port = Number(process.env.PORT ?? 3000);
server.listen(port, () => {
  console.log(`http://localhost:${port}/metrics`);
});
