import { parentPort } from 'node:worker_threads';
import { type Page, pageFault } from './page-fault.ts';

// Thread that checks pages, which takes so long that the requests and scrapes of the main thread would wait.

parentPort!.on('message', (page: Page) => {
  // Bytes arrive without the class Buffer.
  parentPort!.postMessage(pageFault({ ...page, body: Buffer.from(page.body) }));
});
