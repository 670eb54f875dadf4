import { readdir } from 'node:fs/promises';
import { Counter } from '@promwright/metrics';
import { Pushgateway } from '@promwright/pushgateway';

const files = new Counter({ name: 'backup_files_total', help: 'Files saved.', labelNames: ['folder'] });
const gateway = new Pushgateway({
  url: process.env.PUSHGATEWAY_URL ?? 'http://localhost:9091',
  job: 'nightly_backup',
});

gateway.runJob({ name: 'nightly_backup' }, async () => {
  for (const folder of process.argv.slice(2)) {
    const names = await readdir(folder);
    // A real job saves the files here.
    files.inc({ folder }, names.length);
  }
});
