import { Counter, Gauge, Histogram } from '@promwright/metrics';

/** Metrics of the scrapes themselves, in the default registry. */
export class ScrapeSelfMetrics {
  readonly #requests = new Counter({
    name: 'promwright_scrape_requests_total',
    help: 'Responses to scrapes, by status.',
    labelNames: ['code'],
    initialLabels: [{ code: 200 }, { code: 500 }, { code: 503 }],
  });
  readonly #inFlight = new Gauge({ name: 'promwright_scrapes_in_flight', help: 'Scrapes under way.' });
  readonly #duration = new Histogram({
    name: 'promwright_scrape_duration_seconds',
    help: 'Time from the start of a scrape to the end of its response.',
  });
  readonly #size = new Histogram({
    name: 'promwright_scrape_size_bytes',
    help: 'Size of scrapes before compression.',
    buckets: [1e3, 1e4, 1e5, 1e6, 1e7, 1e8],
  });

  began(): void {
    this.#inFlight.inc();
  }

  ended(seconds: number): void {
    this.#inFlight.dec();
    this.#duration.observe(seconds);
  }

  responded(code: number): void {
    this.#requests.inc({ code });
  }

  sent(bytes: number): void {
    this.#size.observe(bytes);
  }
}
