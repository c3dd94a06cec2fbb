import type { PersonId, ShopId, VisitorId } from './ids.ts';

/** The name of the Durable Object that keeps a browser nobody has identified yet. */
export function deviceName(shop: ShopId, visitor: VisitorId): string {
  return `${shop}/v/${visitor}`;
}

/** The name of a person's home: where the state of all of their devices meets. */
export function homeName(shop: ShopId, person: PersonId): string {
  return `${shop}/p/${person}`;
}

/** What a Visitor's name says: its shop, and whether it is a device or a person's home. */
export function visitorNameParts(name: string): { shop: ShopId; kind: 'device' | 'home'; id: string } {
  const [shop, kind, id] = name.split('/');
  if (!shop || !id || (kind !== 'v' && kind !== 'p')) throw new Error('not a Visitor name');
  return { shop: shop as ShopId, kind: kind === 'p' ? 'home' : 'device', id };
}
