// What the shopper allows, as a number that can be compared: 0 none, 1 functional, 2 analytics, 3 marketing.
import { cookie, kept } from './keep.ts';

const levels = ['none', 'functional', 'analytics', 'marketing'];
const optOut = 'winback_optout';

/** What is allowed now. An opt-out stands above all; a browser that asks for privacy is counted at most. */
export function level(): number {
  if (cookie(optOut) || kept.get('optout')) return 0;
  const said = levels.indexOf(kept.get('consent') ?? WB.consent);
  return WB.honourGpc && navigator.globalPrivacyControl ? Math.min(said, 2) : said;
}

export function isLevel(word: unknown): word is string {
  return levels.includes(String(word));
}

export { optOut };
