import { z } from 'zod';

/** Names that a shop gives: of custom events, of a profile's fields. */
export const givenName = z.string().regex(/^[a-z0-9_]{1,64}$/, 'a name has 1 to 64 lower-case letters, digits or _');

/** Fields by the shop's own names, at most so many characters of JSON. */
export function smallRecord(characters: number) {
  return z
    .record(givenName, z.unknown())
    .refine(
      (fields) => JSON.stringify(fields).length <= characters,
      `these fields are longer than ${characters} characters`,
    );
}
