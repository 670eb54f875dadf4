import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Manifest } from './workspace.ts';

/** A package as the stand-in registry serves it. */
export interface RegistryPackage {
  /** Manifest in the tarball. */
  readonly manifest: Manifest;
  /** Path of the tarball. */
  readonly tarball: string;
}

/** A running stand-in registry. */
export interface PackageRegistry {
  /** Address for npm's option `@scope:registry`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a registry on the loopback interface that serves one version of each package, so that `npm install NAME` finds it. */
export async function startPackageRegistry(packages: readonly RegistryPackage[]): Promise<PackageRegistry> {
  // npm caches by address. An address of its own per run keeps the packages of an earlier run out.
  const prefix = `/${randomUUID()}/`;
  const server = createServer((req, res) => {
    const path = decodeURIComponent(req.url ?? '').replace(prefix, '');
    const found = packages.find(({ manifest }) => path === manifest.name || path === `${manifest.name}.tgz`);
    if (found === undefined) {
      res.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not found"}');
      return;
    }
    const tarball = readFileSync(found.tarball);
    if (path.endsWith('.tgz')) {
      res.writeHead(200, { 'content-type': 'application/octet-stream' }).end(tarball);
      return;
    }
    const { name, version } = found.manifest;
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
    const dist = { tarball: `${url()}${name}.tgz`, integrity };
    const document = {
      name,
      'dist-tags': { latest: version },
      versions: { [version]: { ...found.manifest, dist } },
    };
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document));
  });
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`;
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: url(),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
