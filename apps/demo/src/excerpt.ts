/** Returns the lines of a scrape without comments and buckets: counts, sums, requests in flight and the program's own metrics. */
export function excerptOf(text: string): string {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !line.includes('_bucket{'))
    .map((line) => `  ${line}`)
    .join('\n');
}
