import { MeasuredFamilies } from '../collectors.ts';
import type { GroupContext, StartedGroup } from '../group-context.ts';
import { tryCall } from '../platform.ts';

/** Starts the metric of the Node version, as reported by the runtime. */
export function startVersion(context: GroupContext): StartedGroup {
  const info = context.processInfo({
    name: 'nodejs_version_info',
    help: 'Version of Node.js.',
    labelNames: ['version', 'major', 'minor', 'patch'],
  });
  const version = tryCall(() => process.version) ?? '';
  const [, major, minor, patch] = /^v(\d+)\.(\d+)\.(\d+)/.exec(version) ?? [];
  const measured = new MeasuredFamilies([info], {
    measure() {
      if (major !== undefined) info.add(1, version, major, minor!, patch!);
    },
  });
  return { collectors: [measured] };
}
