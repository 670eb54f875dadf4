import { type Gatherer, samples } from '@promwright/model';

/** Returns the values of a scrape by name and labels, written as in the text format. */
export async function valuesOf(gatherer: Gatherer): Promise<Record<string, number>> {
  const families = await gatherer.gather({ strict: true });
  return Object.fromEntries(
    families.flatMap((family) =>
      [...samples(family)].map(({ name, labels, value }) => {
        const pairs = labels.map((label) => `${label.name}="${label.value}"`).join();
        return [pairs === '' ? name : `${name}{${pairs}}`, value];
      }),
    ),
  );
}
