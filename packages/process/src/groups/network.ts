import path from 'node:path';
import { AdaptiveFile } from '../adaptive-file.ts';
import { MeasuredFamilies } from '../collectors.ts';
import type { GroupContext, StartedGroup } from '../group-context.ts';
import { interfaceBytes } from '../proc/parse.ts';

/** Starts the metrics of the visible network interfaces. */
export function startNetwork(context: GroupContext): StartedGroup {
  const received = context.sharedCounter({
    name: 'process_network_receive_bytes_total',
    help: "Bytes received by all interfaces of the process's network namespace except loopback.",
  });
  const transmitted = context.sharedCounter({
    name: 'process_network_transmit_bytes_total',
    help: "Bytes sent by all interfaces of the process's network namespace except loopback.",
  });
  // A host of many containers has an interface for each, and the kernel adds up the numbers of every processor.
  const file = new AdaptiveFile(path.join(context.options.procDirectory, 'self/net/dev'));
  const measured = new MeasuredFamilies([received, transmitted], {
    prepare: () => file.prepare(),
    measure() {
      const bytes = interfaceBytes(file.text ?? '');
      received.add(bytes?.received);
      transmitted.add(bytes?.transmitted);
    },
  });
  return { collectors: [measured], stop: () => file.close() };
}
