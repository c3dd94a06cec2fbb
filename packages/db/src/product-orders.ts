// The orders in which a list of products can stand. Each is a row of zones, one after another, and each zone is a walk along
// one index, from any place of it: a page deep in the list costs what the first one costs.
import type { ProductSort, ShopId } from '@winback/domain';
import type { SQL } from 'drizzle-orm';
import { and, eq, sql } from 'drizzle-orm';
import { demand, products } from './schema.ts';

const zoneNames = ['name', 'newest', 'cheap', 'dear', 'unpriced', 'wanted', 'others'] as const;
type ZoneName = (typeof zoneNames)[number];

export interface Zone {
  name: ZoneName;
  /** What is walked along: an index of products, of demand, or the index of words, which is in the order of rows. */
  along: 'products' | 'demand' | 'words';
  /** What the rows are sorted by; the id decides between equals. */
  key: SQL;
  direction: 'up' | 'down';
  /** Which products stand in it; undefined: all. */
  only: SQL | undefined;
}

const noDemand = sql`not exists (select 1 from ${demand} where ${demand.shop} = ${products.shop} and ${demand.product} = ${products.id})`;
const priced = sql`${products.priceMinor} is not null`;

const zones: Record<ZoneName, Omit<Zone, 'name'>> = {
  name: { along: 'products', key: sql`${products.name}`, direction: 'up', only: undefined },
  newest: { along: 'words', key: sql`${products.row}`, direction: 'down', only: undefined },
  cheap: { along: 'products', key: sql`${products.priceMinor}`, direction: 'up', only: priced },
  dear: { along: 'products', key: sql`${products.priceMinor}`, direction: 'down', only: priced },
  unpriced: { along: 'products', key: sql`${products.id}`, direction: 'up', only: sql`${products.priceMinor} is null` },
  wanted: { along: 'demand', key: sql`${demand.buys} * 20 + ${demand.views}`, direction: 'down', only: undefined },
  others: { along: 'words', key: sql`${products.row}`, direction: 'down', only: noDemand },
};

const zonesOf: Record<ProductSort, readonly ZoneName[]> = {
  name: ['name'],
  newest: ['newest'],
  price: ['cheap', 'unpriced'],
  '-price': ['dear', 'unpriced'],
  popular: ['wanted', 'others'],
};

/** The zones of an order from one of them on; those of `newest` where it names none of them. */
export function zonesFrom(sort: ProductSort, first: ZoneName | null): Zone[] {
  const names = zonesOf[sort];
  const from = first === null ? 0 : names.indexOf(first);
  return (from < 0 ? zonesOf.newest : names.slice(from)).map((name) => ({ name, ...zones[name] }));
}

/** The last row that was shown, or looked at. */
export interface ZonePlace {
  key: string | number;
  id: string;
}

/** A place as a cursor keeps it: the zone goes with the key. */
export function placeText(zone: Zone, key: string | number): string {
  return `${zone.name} ${JSON.stringify(key)}`;
}

/** Null: somebody edited the address. */
export function placeIn(text: string, id: string): { zone: ZoneName; place: ZonePlace } | null {
  const [, named = '', key = ''] = /^(\w+) (.*)$/s.exec(text) ?? [];
  const zone = zoneNames.find((name) => name === named);
  if (zone === undefined) return null;
  return { zone, place: { key: key.startsWith('"') ? String(JSON.parse(key)) : Number(key), id } };
}

/** What stands behind a place. Pairs are compared, so that an index is entered there. */
export function behind(zone: Zone, place: ZonePlace | null): SQL | undefined {
  if (place === null) return undefined;
  if (zone.along === 'words') return sql`${products.row} < ${place.key}`;
  if (zone.name === 'unpriced') return sql`${products.id} > ${place.id}`;
  // Of equally wanted ones the order of ids is the other way round: an index of an expression has only one direction.
  const sign = sql.raw(zone.direction === 'up' ? '>' : '<');
  return sql`(${zone.key}, ${products.id}) ${sign} (${place.key}, ${place.id})`;
}

/**
 * `indexed`: as the index has it, so that it is walked. `sorted`: what was found is sorted, and no index is walked for its
 * order: a sign before a column keeps SQLite from it (https://sqlite.org/optoverview.html#disqualifying_where_clause_terms_using_unary_).
 * `backwards`: the last comes first.
 */
export function ordering(zone: Zone, way: 'indexed' | 'sorted' | 'backwards'): SQL[] {
  const down = (zone.direction === 'down') !== (way === 'backwards');
  const keys = zone.along === 'words' || zone.name === 'unpriced' ? [zone.key] : [zone.key, sql`${products.id}`];
  return keys.map((key) => sql`${way === 'indexed' ? key : sql`+(${key})`} ${sql.raw(down ? 'desc' : 'asc')}`);
}

/** The products of a shop that stand in a zone. */
export function inZone(shop: ShopId, zone: Zone): SQL | undefined {
  return and(zone.along === 'demand' ? eq(demand.shop, shop) : eq(products.shop, shop), zone.only);
}
