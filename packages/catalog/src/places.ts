// What an offer costs, and how many there are, in the places of a shop: PersonaClick's locations, Kaspi's cities and stores.
import type { DraftLocation } from './draft.ts';
import { Fields } from './element.ts';

const mostPlaces = 1_000;

export function locationsOf(said: Fields): DraftLocation[] {
  const places = said.all(['locations']).flatMap((list) => {
    const inner = new Fields(list).all(['location']);
    return inner.some(({ attributes }) => attributes['id']) ? inner : [list];
  });
  const named = places.slice(0, mostPlaces).flatMap((place) => {
    const inner = new Fields(place);
    const id = inner.first(['id', 'location']);
    if (id === null) return [];
    return [
      {
        id,
        price: inner.first(['price']),
        oldPrice: inner.first(['oldprice']),
        stock: inner.first(['stock_quantity']),
        weight: inner.first(['weight']),
      },
    ];
  });
  return named.length > 0 ? named : citiesOf(said);
}

/** `<cityprices><cityprice cityId="750000000">6418</cityprice></cityprices>` */
function citiesOf(said: Fields): DraftLocation[] {
  const cities = said.inside('cityprices')?.all(['cityprice']) ?? [];
  return cities.slice(0, mostPlaces).flatMap(({ attributes, text }) => {
    const id = attributes['cityId'];
    return id === undefined ? [] : [{ id, price: text.trim(), oldPrice: null, stock: null, weight: null }];
  });
}

/** `<availabilities><availability available="yes" storeId="PP1"/></availabilities>`: what one store has can be bought. */
export function availabilityIn(said: Fields): string | null {
  const stores = said.inside('availabilities')?.all(['availability']) ?? [];
  if (stores.length === 0) return null;
  const open = stores.find(({ attributes }) => attributes['available'] !== 'no');
  return open === undefined ? 'no' : 'yes';
}
