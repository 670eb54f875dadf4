import { readdirSync } from 'node:fs';
import { Gauge } from '@promwright/metrics';
import { writeTextfile } from '@promwright/textfile';

const waiting = new Gauge({ name: 'mail_queue_messages', help: 'Messages waiting.', labelNames: ['folder'] });
const checked = new Gauge({ name: 'mail_queue_last_check_seconds', help: 'Unix time of the last check.' });

const [output, ...folders] = process.argv.slice(2);
for (const folder of folders) waiting.set({ folder }, readdirSync(folder).length);
checked.setToCurrentTime();

writeTextfile(output);
