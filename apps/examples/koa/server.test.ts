import path from 'node:path';
import { testShop } from '@tooling/examples';

testShop('the Koa example serves the metrics in its README', path.join(import.meta.dirname, 'server.mjs'));
