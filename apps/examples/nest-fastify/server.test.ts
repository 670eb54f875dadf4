import path from 'node:path';
import { testShop } from '@tooling/examples';

const title = 'counts every request once, under the route that its controller declares';
testShop(title, path.join(import.meta.dirname, 'server.mjs'), '/api');
