// What the law of a country demands before the first letter that nobody asked for. Not legal advice: what these rules say, kept so
// that a letter never goes out against them by our doing. The way out of every letter and the shop's postal address in it are
// demanded by all of them and never optional here.
import type { Consent, Law, LawSettings } from '@winback/domain';

const dayMs = 86_400_000;

interface Demand {
  /** As it stands in a sentence. */
  name: string;
  /**
   * `prior`: they agreed before. `implied`: they agreed, or bought or asked lately. `opt-out`: their address is enough until
   * they say no.
   */
  agreement: 'prior' | 'implied' | 'opt-out';
}

export const demands = {
  /**
   * Prior consent for electronic mail: directive 2002/58/EC (ePrivacy), article 13(1); what consent is: GDPR, articles 4(11) and 7, whose
   * first paragraph wants it proven. The United Kingdom (PECR 2003, regulation 22) and Switzerland (UWG, article 3(1)(o)) demand
   * the same. The exception for customers, article 13(2), wants an offer to refuse where the address was collected; nobody tells
   * us that it was made, so it is not used.
   */
  eu: { name: 'European law', agreement: 'prior' },
  /** CAN-SPAM Act, 15 U.S.C. § 7704(a): no consent, but a working way out, honoured at once here, and a postal address. */
  usa: { name: 'the law of the United States', agreement: 'opt-out' },
  /**
   * CASL (S.C. 2010, c. 23), section 6: express consent, or implied by a purchase within two years or an inquiry within six months
   * (section 10(9)(a), 10(10)).
   */
  canada: { name: 'Canadian law', agreement: 'implied' },
  /** Most countries demand prior consent (Australia's Spam Act 2003, Brazil's LGPD, Russia's 38-FZ, article 18). */
  other: { name: 'the law', agreement: 'prior' },
} as const satisfies Record<Law, Demand>;

/** CASL, section 10(10): two years of a purchase, six months of an inquiry. */
const impliedByOrderMs = 2 * 365 * dayMs;
const impliedByInquiryMs = 182 * dayMs;

/** The European Union, the European Economic Area, the United Kingdom and Switzerland, as ISO 3166-1 says them. */
const european = new Set([
  ...['AT', 'BE', 'BG', 'HR', 'CY', 'CZ', 'DK', 'EE', 'FI', 'FR', 'DE', 'GR', 'HU', 'IE', 'IT', 'LV', 'LT', 'LU', 'MT'],
  ...['NL', 'PL', 'PT', 'RO', 'SK', 'SI', 'ES', 'SE', 'IS', 'LI', 'NO', 'GB', 'CH'],
]);
/**
 * Where a ticked box alone proves nothing, because anybody can tick it with anybody's address: the letter that asks is the proof
 * (Germany: UWG § 7(2) no. 2, BGH of 10 February 2011, I ZR 164/09).
 */
const provenByLetter = new Set(['DE']);

/** The law that counts for somebody. @param country two letters of ISO 3166-1; null: not known */
export function lawOf(country: string | null, { applies, home }: LawSettings): Law {
  if (applies !== 'person') return 'eu';
  if (country === null || country === 'T1' || country === 'XX') return home; // Tor, and an address of no country
  if (country === 'US') return 'usa';
  if (country === 'CA') return 'canada';
  return european.has(country) ? 'eu' : 'other';
}

/** Whether a box that was ticked there has to be confirmed by a letter, whatever else the shop's rule says. */
export function mustConfirm(country: string | null, { applies }: LawSettings): boolean {
  return applies === 'strictest' || (applies === 'person' && country !== null && provenByLetter.has(country));
}

/** What speaks for a letter to somebody who has not agreed. */
interface Ties {
  /** When they last ordered, and last asked to be told of a product; null: never, as far as is known. */
  orderedAt: number | null;
  inquiredAt: number | null;
}

/**
 * Whether the law lets the shop write to somebody of this consent. Who was asked to confirm and has not is not written to anywhere: the
 * letter that asked them said so.
 */
export function lawPermits(law: Law, consent: Consent, { orderedAt, inquiredAt }: Ties, now: number): boolean {
  if (consent !== 'none') return consent === 'subscribed';
  switch (demands[law].agreement) {
    case 'prior':
      return false;
    case 'opt-out':
      return true;
    case 'implied':
      return (
        (orderedAt !== null && orderedAt > now - impliedByOrderMs) ||
        (inquiredAt !== null && inquiredAt > now - impliedByInquiryMs)
      );
  }
}
