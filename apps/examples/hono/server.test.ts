import path from 'node:path';
import { testShop } from '@tooling/examples';

for (const program of ['server.mjs', 'instrumented-server.mjs']) {
  testShop(`${program} counts every request once, under its route`, path.join(import.meta.dirname, program));
}
