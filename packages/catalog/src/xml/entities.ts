// The entities of XML and HTML. Nothing that a file defines is ever expanded: no billion laughs, no file of the server.
import { decodeHTMLStrict } from 'entities';
import type { Complaint } from '../notes.ts';

const reference = /&(?:#x([\da-f]{1,6});|#(\d{1,7});|([a-z][a-z\d]{0,30});)?/gi;
const ofXml: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Text with its references read; `odd` hears of each that XML does not know, with its place in the text. */
export function decodedText(text: string, odd: (at: number, complaint: Complaint) => void): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(reference, (whole, hex?: string, decimal?: string, name?: string, at?: number) => {
    const place = typeof at === 'number' ? at : 0;
    const sample = text.slice(Math.max(0, place - 20), place + 20);
    if (name !== undefined) return named(name, whole, (complaint) => odd(place, { ...complaint, sample }));
    const code = hex !== undefined ? Number.parseInt(hex, 16) : decimal !== undefined ? Number(decimal) : null;
    if (code === null) {
      odd(place, { kind: 'stray-ampersand', message: 'a lone & stands in the text: write &amp;', sample });
      return whole;
    }
    if (isCharacter(code)) return String.fromCodePoint(code);
    odd(place, { kind: 'control-character', message: `${whole} is no character of XML: take it out`, sample });
    return ' ';
  });
}

function named(name: string, whole: string, odd: (complaint: { kind: string; message: string }) => void): string {
  const own = ofXml[name];
  if (own !== undefined) return own;
  const html = decodeHTMLStrict(whole);
  if (html === whole) {
    odd({ kind: 'unknown-entity', message: `${whole} means nothing: write the character, or &amp; for a lone &` });
    return whole;
  }
  odd({ kind: 'html-entity', message: `${whole} is HTML’s, not XML’s: write the character itself` });
  return html;
}

function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 9 || code === 10 || code === 13;
  return code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff;
}
