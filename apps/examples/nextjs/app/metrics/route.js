import { fetchScrapeHandler } from '@promwright/http/fetch';

// Some versions of Next.js would answer every scrape with what the build saw.
export const dynamic = 'force-dynamic';

export const GET = fetchScrapeHandler();
