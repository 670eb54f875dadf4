/** Scrapes the application at `url` for OpenMetrics. */
export function askOpenMetrics(url: string): Promise<Response> {
  return fetch(new URL('/metrics', url), { headers: { accept: 'application/openmetrics-text;version=1.0.0' } });
}
