import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { startPushgateway } from './pushgateway.ts';
import { temporaryFolder } from './temporary-folder.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test.each([
  ['1.5', 'PUSHGATEWAY_1_5_BIN', '1.9.0', 'Pushgateway 1.5 must have version 1.5, or from 1.5 to 1.8'],
  ['1.11', 'PUSHGATEWAY_BIN', '1.10.0', 'Pushgateway 1.11 must have version 1.11 or a later 1.x; got version 1.10.0'],
] as const)(
  'startPushgateway refuses a Pushgateway of another version for version %s',
  async (version, variable, found, message) => {
    const file = path.join(await temporaryFolder(), 'pushgateway');
    await writeFile(file, `#!/bin/sh\necho "pushgateway, version ${found} (branch: HEAD)"\n`);
    await chmod(file, 0o755);
    vi.stubEnv(variable, file);

    await expect(startPushgateway({ version })).rejects.toThrow(message);
  },
);
