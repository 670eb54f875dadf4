import { fetchScrapeHandler } from '@promwright/http/fetch';

// Without this line, some versions of Next.js answer every scrape with a response from build time.
export const dynamic = 'force-dynamic';

export const GET = fetchScrapeHandler();
