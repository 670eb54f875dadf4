/** The lines of a scrape that say most in little space: counts and sums by route, what is in flight, the program's own. */
export function excerptOf(text: string): string {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !line.includes('_bucket{'))
    .map((line) => `  ${line}`)
    .join('\n');
}
