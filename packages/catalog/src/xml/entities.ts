// The entities of XML and HTML. Nothing that a file defines is ever expanded: no billion laughs, no file of the server.
import { decodeHTMLStrict } from 'entities';
import type { Complaint } from '../notes.ts';

const reference = /&(?:#x([\da-f]{1,6});|#(\d{1,7});|([a-z][a-z\d]{0,30});)?/giy;
const ofXml: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Text with its references read; `odd` hears of each that XML does not know, with its place in the text. */
export function decodedText(text: string, odd: (at: number, complaint: Complaint) => void): string {
  let read = '';
  let from = 0;
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', from)) {
    read += text.slice(from, at);
    if (text.startsWith('amp;', at + 1)) {
      read += '&';
      from = at + 5;
      continue;
    }
    reference.lastIndex = at;
    const [whole = '&', hex, decimal, name] = reference.exec(text) ?? [];
    const said = (complaint: Omit<Complaint, 'sample'>) =>
      odd(at, { ...complaint, sample: text.slice(Math.max(0, at - 20), at + 20) });
    read += name === undefined ? numbered(whole, hex, decimal, said) : named(name, whole, said);
    from = at + whole.length;
  }
  return from === 0 ? text : read + text.slice(from);
}

type Said = (complaint: Omit<Complaint, 'sample'>) => void;

function numbered(whole: string, hex: string | undefined, decimal: string | undefined, odd: Said): string {
  if (hex === undefined && decimal === undefined) {
    odd({ kind: 'stray-ampersand', message: 'a lone & stands in the text: write &amp;' });
    return whole;
  }
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  if (isCharacter(code)) return String.fromCodePoint(code);
  odd({ kind: 'control-character', message: `${whole} is no character of XML: take it out` });
  return ' ';
}

function named(name: string, whole: string, odd: Said): string {
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
