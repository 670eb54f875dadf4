export { askOpenMetrics } from './ask-open-metrics.ts';
export { numbersOf } from './numbers-of.ts';
export { printedUrl } from './printed-url.ts';
export { describeScrapedExample, type ScrapedExample } from './scraped-example.ts';
export { send, sendHalf } from './send.ts';
export { testShop } from './shop.ts';
export { startExample } from './start-example.ts';
