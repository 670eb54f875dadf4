/** Returns the most informative lines of a scrape: counts and sums by route, requests in flight, metrics of the program. */
export function excerptOf(text: string): string {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !line.includes('_bucket{'))
    .map((line) => `  ${line}`)
    .join('\n');
}
