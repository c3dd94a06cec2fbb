// Lines of raw events on their way to being told again: whose they are, in which part they lie, and what of them is needed.
import type { PersonId, ShopId } from '@winback/domain';
import { eventSchema, visitorNameParts } from '@winback/domain';
import { z } from 'zod';

/** As much of a raw event's line as says whose it is and whether it is needed. */
const rawSchema = z.looseObject({
  visitor: z.string(),
  id: z.string(),
  at: z.number(),
  type: z.string(),
  visit: z.looseObject({ by: z.string().nullish(), allowed: z.string().nullish() }).optional(),
});
export type RawLine = z.infer<typeof rawSchema>;

/** `known` null: a browser that nobody has named. */
export const partLineSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('event'),
    person: z.string(),
    event: eventSchema,
    by: z.literal('server').optional(),
    /** The shop's server said that they agree to letters. */
    agreed: z.literal(true).optional(),
    allowed: z.literal('analytics').optional(),
  }),
  z.object({
    kind: z.literal('order'),
    person: z.string(),
    order: z.object({ id: z.string(), at: z.number(), products: z.array(z.string()) }),
  }),
]);
export type PartLine = z.infer<typeof partLineSchema>;

/** Null: it cannot be read. */
export function rawLine(text: string): RawLine | null {
  try {
    return rawSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null; // a line that was cut off says nothing
  }
}

/** Whose a line is: a person by their id, or a browser by its name, which no person's id begins like. */
export function personOf({ visitor }: RawLine, shop: ShopId, owners: ReadonlyMap<string, PersonId>): string {
  const { kind, id } = visitorNameParts(visitor);
  const owner = kind === 'home' ? id : owners.get(id);
  return owner ?? `${shop}/v/${id}`;
}

/** Whether the line is a person's and not that of a browser which nobody has named. */
export function isNamed(person: string, shop: ShopId): boolean {
  return !person.startsWith(`${shop}/`);
}

/**
 * What is told again of a line; null: nothing. Of browsers that nobody has named only carts count: they are left without a letter, and
 * that is told. Consent comes from the log: what named somebody is a sign of life and no more, unless the shop's server said it of
 * a time before the log.
 */
export function partLine(line: RawLine, person: string, shop: ShopId): Record<string, unknown> | null {
  const {
    visitor: _visitor,
    seq: _seq,
    takenAt: _at,
    visit,
    unknown: _unknown,
    url: _url,
    referrer: _from,
    via: _via,
    ...event
  } = line;
  const { id, at, type } = event;
  if (!isNamed(person, shop) && type !== 'cart' && type !== 'purchase') return null;
  const { extras: _extras, ...told } = event;
  const kept = type === 'identify' || type === 'profile' ? { id, at, type: 'custom', name: type } : told;
  return {
    ...{ kind: 'event', person, event: kept },
    ...(visit?.by === 'server' ? { by: 'server' } : {}),
    ...(visit?.by === 'server' && type === 'identify' && event['consent'] === true ? { agreed: true } : {}),
    ...(visit?.allowed === 'analytics' ? { allowed: 'analytics' } : {}),
  };
}

/** A person's place between 0 and 1, the same in every run (FNV-1a with MurmurHash3's finaliser). */
function placeOfPerson(person: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(person)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** The part that somebody's lines lie in; null: they are not among those who are looked at. */
export function partOfPerson(person: string, { share, parts }: { share: number; parts: number }): number | null {
  const place = placeOfPerson(person);
  return place < share ? Math.min(parts - 1, Math.floor((place / share) * parts)) : null;
}
