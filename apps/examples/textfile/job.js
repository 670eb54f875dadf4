import { readdir } from 'node:fs/promises';
import { Gauge } from '@promwright/metrics';
import { writeTextfile } from '@promwright/textfile';

const waiting = new Gauge({ name: 'mail_queue_messages', help: 'Messages that wait.', labelNames: ['folder'] });
const checked = new Gauge({ name: 'mail_queue_last_check_seconds', help: 'When that was counted, in Unix time.' });

const [output, ...folders] = process.argv.slice(2);
for (const folder of folders) waiting.set({ folder }, (await readdir(folder)).length);
checked.setToCurrentTime();

await writeTextfile(output);
