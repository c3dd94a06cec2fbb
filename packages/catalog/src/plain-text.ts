// Markup to text: letters show names and descriptions as text, and a product page's HTML would only stand in the way.
import { decodeHTML } from 'entities';

const longest = 20_000;

/** A name on one line: markup out, references read. `Rope <8 mm>` and `Size <M>` close no tag and are no markup. */
export function plainLine(text: string): string {
  const read = closesTags.test(text) ? plainText(text) : isMarked(text) ? decodeHTML(text.slice(0, longest)) : text;
  return /\s\s|[\t\r\n\u2028\u2029]/.test(read) ? read.replace(/\s+/g, ' ').trim() : read.trim();
}

const closesTags = /<(\/[a-z]|(br|hr|img|script|style)\b)/i;

/** Whether there may be a tag or a reference: a lone & is none. */
function isMarked(text: string): boolean {
  return text.includes('<') || (text.includes('&') && /&[#a-z]/i.test(text));
}

/** A description: scripts and tags out, blocks on lines of their own, entities read. */
export function plainText(html: string): string {
  if (!isMarked(html)) return html.trim();
  const text = html
    .slice(0, longest)
    .replace(/<(script|style)\b[^<>]*>[\s\S]*?(<\/\1\s*>|$)/gi, ' ')
    .replace(/<(br|\/p|\/div|\/li|\/h[1-6]|\/tr)\b[^<>]*>/gi, '\n')
    .replace(/<!--[\s\S]*?(-->|$)|<\/?[a-z][^<>]*>/gi, ' ');
  return decodeHTML(text)
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n[\n ]*/g, '\n')
    .trim();
}
