// HTML with Liquid in it to text with the same Liquid: for templates that a merchant wrote as HTML without a text of their own.
import { Parser } from 'htmlparser2';
import { liquidAside } from './words.ts';

const silent = new Set(['style', 'script', 'head', 'title']);
const lines = new Set([
  'p',
  'div',
  'tr',
  'table',
  'h1',
  'h2',
  'h3',
  'h4',
  'ul',
  'ol',
  'li',
  'section',
  'br',
  'hr',
  'blockquote',
]);

/** Words in lines, with the addresses of links behind them and the alternatives of pictures. Liquid is kept where it stands. */
export function htmlToText(html: string): string {
  const out: string[] = [];
  const places: string[] = [];
  const open: string[] = [];
  const { stored, restored } = liquidAside(html);
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        if (silent.has(name) || isHidden(attributes['style'])) open.push(name);
        else if (open.length > 0 && open.at(-1) === name) open.push(name);
        if (open.length > 0) return;
        if (lines.has(name)) out.push('\n');
        if (name === 'li') out.push('- ');
        if (name === 'img' && attributes['alt']) out.push(attributes['alt']);
        if (name === 'a') places.push(attributes['href'] ?? '');
      },
      ontext: (text) => {
        if (open.length === 0) out.push(text.replace(/\s+/g, ' '));
      },
      onclosetag: (name) => {
        if (open.at(-1) === name) {
          open.pop();
          return;
        }
        if (open.length > 0) return;
        if (name === 'a') out.push(addressOf(places.pop() ?? ''));
        if (lines.has(name)) out.push('\n');
        if (name === 'td') out.push(' ');
      },
    },
    { decodeEntities: true },
  );
  parser.end(stored);
  return restored(out.join(''))
    .split('\n')
    .map((one) => one.replace(/[ \t\u00A0]+/g, ' ').trim())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function addressOf(href: string): string {
  return href === '' || href.startsWith('#') ? '' : `: ${href}`;
}

function isHidden(style: string | undefined): boolean {
  return style !== undefined && /display\s*:\s*none/i.test(style);
}
