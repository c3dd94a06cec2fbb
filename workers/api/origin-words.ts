// Where somebody came from and where they were last, as the ends of sentences.
import type { SubscriberDetail } from '@winback/domain';
import { scenarioCodeSchema, scenarioNames } from '@winback/domain';
import type { Source } from '@winback/engine/traffic';
import type { Place } from '@winback/engine/triggers';
import type { VisitorTimeline } from '../visitor/answers.ts';

/** Whose ad a click id belongs to. */
const networks = {
  gclid: 'Google',
  fbclid: 'Facebook or Instagram',
  msclkid: 'Microsoft',
  ttclid: 'TikTok',
  twclid: 'X',
  li_fat_id: 'LinkedIn',
  yclid: 'Yandex',
} as const satisfies Record<NonNullable<Source['click']>, string>;
const devices = { phone: 'a phone', tablet: 'a tablet', desktop: 'a computer' } as const;

export function cameFromOf(source: VisitorTimeline['firstSource']): SubscriberDetail['cameFrom'] {
  return source ? { words: sourceWords(source), at: source.at ?? null } : null;
}

/** `on a phone in Germany`; null: neither is known. */
export function lastSeenOf(place: Place | null): string | null {
  const device = place?.device ? `on ${devices[place.device]}` : null;
  const country = place?.country ? `in ${countryName(place.country)}` : null;
  return [device, country].filter((part) => part !== null).join(' ') || null;
}

function sourceWords({ kind, utm, click, referrer }: Source): string {
  switch (kind) {
    case 'letter':
      return utm?.campaign ? `a letter of this shop (${scenarioNameOf(utm.campaign)})` : 'a letter of this shop';
    case 'campaign':
      return campaignWords(utm ?? {});
    case 'ad':
      return click ? `an ad on ${networks[click]}` : 'an ad';
    case 'referrer':
      return referrer ? `a link on ${referrer}` : 'a link on another site';
  }
}

/** A letter's campaign is its scenario; one of later times, or of somebody else, stays as it is. */
function scenarioNameOf(campaign: string): string {
  const code = scenarioCodeSchema.safeParse(campaign);
  return code.success ? scenarioNames[code.data] : campaign;
}

function campaignWords({ source, medium, campaign }: NonNullable<Source['utm']>): string {
  const paid = /^(cpc|ppc|paid|cpm|display|ads?)/i.test(medium ?? '');
  const where = source ? `${paid ? 'an ad on' : 'a link on'} ${source}` : paid ? 'an ad' : 'a campaign';
  return campaign ? `${where} (campaign ${campaign})` : where;
}

/** `Germany`, `the United States`; codes that are no country (Tor is T1) stay as they are. */
function countryName(code: string): string {
  try {
    const name = new Intl.DisplayNames('en', { type: 'region' }).of(code) ?? code;
    return withArticle.test(name) ? `the ${name}` : name;
  } catch {
    return code; // Intl throws a RangeError for what is no code
  }
}

const withArticle = /^(United|Netherlands|Philippines|Bahamas|Maldives|Comoros|Gambia)| (Islands|Republic)$/;
