import '@promwright/process/register';
import { createServer } from 'node:http';
import { scrapeHandler } from '@promwright/http';

const scrape = scrapeHandler();

const server = createServer((req, res) => {
  if (req.url === '/metrics') scrape(req, res);
  else res.end('Hello\n');
});

const port = Number(process.env.PORT ?? 3000);
server.listen(port, () => {
  console.log(`http://localhost:${port}/metrics`);
});
