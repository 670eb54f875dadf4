import path from 'node:path';
import { testShop } from '@tooling/examples';

const title = 'Nest on Express counts every request once, under the route of its controller';
testShop(title, path.join(import.meta.dirname, 'server.mjs'), '/api');
