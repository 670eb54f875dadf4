import '@promwright/process/register';
import { createServer } from 'node:http';
import { scrapeHandler } from '@promwright/http';

const scrape = scrapeHandler();

const server = createServer((req, res) => {
  if (req.url === '/metrics') scrape(req, res);
  else res.end('Hello\n');
});

server.listen(process.env.PORT ?? 3000, () => {
  console.log(`http://localhost:${server.address().port}/metrics`);
});
