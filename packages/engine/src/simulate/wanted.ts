// Who may want a product: whoever waited for it, wished for it or put it into the cart. Whether they still do, their state says.
import type { BeaconEvent } from '@winback/domain';

export class Wanted {
  readonly #people = new Map<string, Set<string>>();

  note(person: string, event: BeaconEvent): void {
    for (const product of productsOf(event)) {
      const people = this.#people.get(product);
      if (people) people.add(person);
      else this.#people.set(product, new Set([person]));
    }
  }

  by(product: string): Iterable<string> {
    return this.#people.get(product) ?? [];
  }
}

function productsOf(event: BeaconEvent): readonly string[] {
  if (event.type === 'cart') return event.items.map((item) => item.product);
  return event.type === 'wish' || event.type === 'watch' ? event.products : [];
}
