import path from 'node:path';
import { testShop } from '@tooling/examples';

testShop('serves what its README shows', path.join(import.meta.dirname, 'server.mjs'));
