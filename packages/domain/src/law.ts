// Which law a letter has to keep: that of the country that its reader was last seen in. What each demands is the engine's matter.
import { z } from 'zod';

export const laws = ['eu', 'usa', 'canada', 'other'] as const;
export type Law = (typeof laws)[number];

/**
 * `person`: each person's own law. `strictest`: everybody as in Germany: agreed, and confirmed by a letter. `agreed`: everybody
 * has to agree, and confirms as the storefront's rule says.
 */
export const lawRules = ['person', 'strictest', 'agreed'] as const;
export type LawRule = (typeof lawRules)[number];

export const lawSettingsSchema = z.object({
  applies: z.enum(lawRules),
  /** Of people whose country is not known. */
  home: z.enum(laws),
});
export type LawSettings = z.infer<typeof lawSettingsSchema>;

export const newShopLaw: LawSettings = { applies: 'person', home: 'eu' };
/** Shops that were made before there was a choice: they wrote to nobody who had not agreed. */
const olderShopLaw: LawSettings = { applies: 'agreed', home: 'eu' };

/** The rule that counts in a shop. */
export function lawIn({ law }: { law?: LawSettings | undefined }): LawSettings {
  return law ?? olderShopLaw;
}
