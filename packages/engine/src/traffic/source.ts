/** What led somebody to the shop. Fields that the address did not carry are absent. */
export interface Source {
  /** `letter`: a link of a letter of ours. `campaign`: named by utm_*. `ad`: a click id. `referrer`: another site. */
  kind: 'letter' | 'campaign' | 'ad' | 'referrer';
  utm?: { source?: string; medium?: string; campaign?: string; term?: string; content?: string };
  /** Which network's click id came along; the id itself is the network's business. */
  click?: ClickId;
  /** Host of the page before, without `www.`. */
  referrer?: string;
}

export interface SourceHosts {
  /** The shop's own. */
  own: readonly string[];
  /** Sends shoppers back after they paid. */
  payment: readonly string[];
}

const clickIds = ['gclid', 'fbclid', 'msclkid', 'ttclid', 'twclid', 'li_fat_id', 'yclid'] as const;
type ClickId = (typeof clickIds)[number];

/** `utm_source` of links in our letters. */
const letterSource = 'winback';
const longest = 120;

/** Where shoppers go to pay and come back from (each vendor's checkout and 3-D Secure hosts); subdomains count. */
const knownPaymentHosts = [
  'paypal.com',
  'stripe.com',
  'klarna.com',
  'adyen.com',
  'mollie.com',
  'braintreegateway.com',
  'checkout.com',
  'worldpay.com',
  'sagepay.com',
  'squareup.com',
  'afterpay.com',
  'clearpay.co.uk',
  'affirm.com',
  'sezzle.com',
  'pay.amazon.com',
  'pay.google.com',
  'shop.app',
  'authorize.net',
  '3dsecure.io',
  'arcot.com',
  'securesuite.net',
  'przelewy24.pl',
  'payu.com',
  'payu.pl',
  'paytrail.com',
  'nets.eu',
  'swish.nu',
  'ideal.nl',
  'sofort.com',
  'giropay.de',
  'bancontact.com',
  'multisafepay.com',
  'yookassa.ru',
  'yoomoney.ru',
  'robokassa.ru',
  'robokassa.com',
  'cloudpayments.ru',
  'securepay.tinkoff.ru',
  'securepayments.sberbank.ru',
  'iyzipay.com',
  'iyzico.com',
  'liqpay.ua',
  'wayforpay.com',
  'razorpay.com',
  'mercadopago.com',
] as const;

/**
 * The source that a page's address and referrer tell of; null: somebody came by themselves, from the shop itself, or back from
 * paying. A named campaign says more than a click id, a click id more than a referrer.
 */
export function sourceOf(
  of: { url?: string | undefined; referrer?: string | undefined },
  hosts: SourceHosts,
): Source | null {
  const query = urlOf(of.url)?.searchParams ?? new URLSearchParams();
  const referrer = referrerOf(of.referrer, hosts);
  const click = clickIds.find((id) => query.has(id));
  const utm = utmOf(query);
  if (!utm && !click && !referrer) return null;
  const kind = utm?.source === letterSource ? 'letter' : utm ? 'campaign' : click ? 'ad' : 'referrer';
  return { kind, ...(utm ? { utm } : {}), ...(click ? { click } : {}), ...(referrer ? { referrer } : {}) };
}

function utmOf(query: URLSearchParams): Source['utm'] | null {
  const named = (['source', 'medium', 'campaign', 'term', 'content'] as const).flatMap((name) => {
    const value = query.get(`utm_${name}`)?.trim().slice(0, longest);
    return value ? [[name, value] as const] : [];
  });
  return named.length > 0 ? Object.fromEntries(named) : null;
}

function referrerOf(referrer: string | undefined, { own, payment }: SourceHosts): string | null {
  const host = urlOf(referrer)?.hostname.replace(/^www\./, '');
  if (!host) return null;
  const isOf = (known: string) => host === known || host.endsWith(`.${known}`);
  const ours = own.map((one) => one.replace(/^www\./, ''));
  return ours.some(isOf) || payment.some(isOf) || knownPaymentHosts.some(isOf) ? null : host.slice(0, longest);
}

function urlOf(text: string | undefined): URL | null {
  return text ? URL.parse(text) : null;
}
