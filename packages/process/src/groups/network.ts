import path from 'node:path';
import type { GroupContext, StartedGroup } from '../group-context.ts';
import { MeasuredFamilies } from '../measured-families.ts';
import { interfaceBytes } from '../proc/interface-bytes.ts';
import { readLater } from '../read-file.ts';

/** What the network interfaces that the process can see have carried. */
export function startNetwork(context: GroupContext): StartedGroup {
  const received = context.sharedCounter({
    name: 'process_network_receive_bytes_total',
    help: "Bytes received by the interfaces of the process's network namespace, loopback left out.",
  });
  const transmitted = context.sharedCounter({
    name: 'process_network_transmit_bytes_total',
    help: "Bytes sent by the interfaces of the process's network namespace, loopback left out.",
  });
  const file = path.join(context.options.procDirectory, 'self/net/dev');
  let text: string | undefined;
  const measured = new MeasuredFamilies([received, transmitted], {
    // A host of many containers has an interface for each, and the kernel adds up every processor's numbers.
    async prepare() {
      text = await readLater(file);
    },
    measure() {
      const bytes = interfaceBytes(text ?? '');
      received.add(bytes?.received);
      transmitted.add(bytes?.transmitted);
    },
  });
  return { collectors: [measured] };
}
