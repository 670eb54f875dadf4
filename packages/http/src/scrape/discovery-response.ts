import { type ScrapeResponse, textResponse } from './scrape-response.ts';

/**
 * Returns the targets of Prometheus' HTTP service discovery (`http_sd_config`): the same address for each member, with the parameter
 * `member` of the scrape, and an `instance` of its own, since series of equal labels would be one.
 * @param host value of the header `Host`: the address by which the client reaches this server
 */
export function discoveryResponse(members: readonly string[], host: string | undefined): ScrapeResponse {
  if (host === undefined) return textResponse(400, 'Header "Host" is missing');
  const targets = members.map((member) => ({
    targets: [host],
    labels: { __param_member: member, instance: `${host}/${member}` },
  }));
  const { headers } = textResponse(200, '');
  return {
    status: 200,
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: `${JSON.stringify(targets)}\n`,
  };
}
