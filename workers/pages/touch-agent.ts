// What one request tells of who sent it. Most machines that open letters say so, or leave out what every browser says.
import type { TouchVerdict } from '@winback/domain';
import { isbot } from 'isbot';

/** Gateways and link checkers that name themselves and no list of crawlers has. */
const scanners =
  /proofpoint|mimecast|barracuda|safelinks|bitdefender|trend ?micro|fireeye|symantec|messagelabs|ironport|forcepoint|zscaler|sophos|spamexperts|virus ?scan|cloudmark|mail\.ru|headlesschrome|phantomjs|bingpreview|link ?check|urlscan|python|curl|wget|go-http-client|okhttp|libwww|java\/|node-fetch|axios|microsoft office|ms-office/i;
/** Clouds in which mail gateways open links, and hardly anybody shops: Amazon, Google Cloud, Microsoft. */
const clouds: readonly number[] = [14_618, 16_509, 396_982, 8_075];

export interface TouchRequest {
  headers: Headers;
  /** Of the network it came from; null: unknown. */
  asn: number | null;
  ip: string | null;
}

/** Of a click. */
export function clickVerdict({ headers, asn }: TouchRequest): TouchVerdict {
  const agent = headers.get('user-agent') ?? '';
  if (agent.trim() === '') return 'no-agent';
  if (isPrefetch(headers)) return 'prefetch';
  if (scanners.test(agent) || isbot(agent)) return 'scanner';
  if (!headers.has('accept-language') && !headers.has('sec-fetch-mode')) return 'no-browser';
  return asn !== null && clouds.includes(asn) ? 'data-center' : 'human';
}

/** Of a picture that was fetched. Mail programs say less of themselves than browsers do. */
export function openVerdict({ headers, ip }: TouchRequest): TouchVerdict {
  const agent = (headers.get('user-agent') ?? '').trim();
  if (agent === '') return 'no-agent';
  if (/GoogleImageProxy|ggpht/i.test(agent)) return 'gmail-proxy';
  if (/YahooMailProxy/i.test(agent)) return 'yahoo-proxy';
  // Mail Privacy Protection fetches every picture, read or not, and says nothing but this.
  if (agent === 'Mozilla/5.0' || ip?.startsWith('17.')) return 'apple-mpp';
  if (isPrefetch(headers)) return 'prefetch';
  const isMailProgram = /microsoft office|ms-office|outlook|thunderbird/i.test(agent);
  return !isMailProgram && (scanners.test(agent) || isbot(agent)) ? 'scanner' : 'human';
}

function isPrefetch(headers: Headers): boolean {
  const purposes = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].map((name) => headers.get(name) ?? '');
  return purposes.some((purpose) => /prefetch|prerender|preview/i.test(purpose));
}
