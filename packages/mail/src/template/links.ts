// Addresses in compiled HTML get their numbers: each stands in `{% link n %}…{% endlink %}`, which whoever renders the letter makes
// into what is sent. What Outlook alone reads (in conditional comments) is numbered too. Ways out of the letter stay as they are.

// A tag up to its address. Liquid between the quotes may hold quotes itself.
const addressed =
  /(<(?:a|area|v:[a-z]+)\b(?:"(?:\{\{.*?\}\}|\{%.*?%\}|[^"{]|\{(?![{%]))*"|'[^']*'|\{\{.*?\}\}|\{%.*?%\}|[^>"'{]|\{(?![{%]))*?\shref\s*=\s*)(?:"((?:\{\{.*?\}\}|\{%.*?%\}|[^"{]|\{(?![{%]))*)"|'([^']*)')/gis;

/** Addresses of ours: signed already, and never counted as a click. */
const ours =
  /\{\{-?\s*(?:unsubscribeUrl|unsubscribe_url|lessOftenUrl|less_often_url|confirmUrl|confirmation_email_url|viewOnlineUrl|html_letter|rateUrls\b|rate_\d_url)/;

/** Whether an address is followed: the web's are, what Liquid makes is, ways out and other programs' are not. */
function isFollowed(href: string): boolean {
  return href.trim() !== '' && !/^\s*(?:mailto:|tel:|sms:|#)/i.test(href) && !ours.test(href);
}

/** Numbers addresses from `from` on. Returns the HTML and the next number. */
export function numberLinks(html: string, from = 1): { html: string; next: number } {
  let next = from;
  const numbered = html.replace(addressed, (whole, before: string, double?: string, single?: string) => {
    const href = double ?? single ?? '';
    if (!isFollowed(href)) return whole;
    return `${before}"${linkTag(href, next++)}"`;
  });
  return { html: numbered, next };
}

// An address in text: one of the web, or one that Liquid makes.
const inText = /(?:https?:\/\/|\{\{-?\s*[\w.[\]]*url\b(?:(?!\}\}).)*\}\})(?:\{\{(?:(?!\}\}).)*\}\}|[^\s<>"(){}])*/gi;

/** Numbers the addresses of a text part. */
export function numberTextLinks(text: string, from: number): string {
  let next = from;
  return text.replace(inText, (whole) => {
    const href = whole.replace(/[.,;:!?]+$/, '');
    return isFollowed(href) ? linkTag(href, next++) + whole.slice(href.length) : whole;
  });
}

function linkTag(href: string, number: number): string {
  return `{% link ${number} %}${href.trim()}{% endlink %}`;
}
