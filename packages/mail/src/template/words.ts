// A merchant's words in HTML. Liquid stays as it is; everything else is text, or the few tags that a text block may have.

import { richTextTags } from '@winback/domain';
import { Parser } from 'htmlparser2';

/** Liquid's own pieces of a source. */
export const liquidPieces = /(\{\{.*?\}\}|\{%.*?%\})/s;

/** Words as text: what looks like a tag is shown. */
export function textToHtml(text: string): string {
  return eachButLiquid(text, escaped).replaceAll('\n', '<br>');
}

/** Words between the quotes of an attribute. */
export function attributeOf(text: string): string {
  return eachButLiquid(text, (part) => escaped(part).replaceAll('"', '&quot;'));
}

function eachButLiquid(text: string, change: (part: string) => string): string {
  return text
    .split(liquidPieces)
    .map((part, at) => (at % 2 === 1 ? part : change(part)))
    .join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const styles: Record<string, string> = {
  p: 'margin:0 0 12px',
  ul: 'margin:0 0 12px;padding-left:24px',
  ol: 'margin:0 0 12px;padding-left:24px',
  li: 'margin:0 0 4px',
};

/** The rich text of a block with styles on its tags; other tags and attributes are left out, their words stay. */
export function richHtml(html: string): string {
  const out: string[] = [];
  const open: string[] = [];
  const { stored, restored } = liquidAside(html);
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        if (!isAllowed(name)) return;
        const style = styles[name] ? ` style="${styles[name]}"` : '';
        const href = name === 'a' ? ` href="${escaped(attributes['href'] ?? '').replaceAll('"', '&quot;')}"` : '';
        out.push(`<${name}${href}${style}>`);
        if (name !== 'br') open.push(name);
      },
      ontext: (text) => out.push(escaped(text)),
      onclosetag: (name) => {
        if (!isAllowed(name) || name === 'br' || !open.includes(name)) return;
        while (open.length > 0) {
          const closed = open.pop();
          out.push(`</${closed}>`);
          if (closed === name) return;
        }
      },
    },
    { decodeEntities: true },
  );
  parser.end(stored);
  return restored(out.join(''));
}

/** The rich text as lines of text. */
export function richToText(html: string): string {
  const out: string[] = [];
  const places: string[] = [];
  const { stored, restored } = liquidAside(html);
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        if (name === 'br') out.push('\n');
        if (name === 'li') out.push('- ');
        if (name === 'a') places.push(attributes['href'] ?? '');
      },
      ontext: (text) => out.push(text),
      onclosetag: (name) => {
        if (name === 'a') out.push(addressAfter(places.pop() ?? ''));
        if (name === 'li') out.push('\n');
        if (name === 'p' || name === 'ul' || name === 'ol') out.push('\n\n');
      },
    },
    { decodeEntities: true },
  );
  parser.end(stored);
  return restored(out.join(''))
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function addressAfter(href: string): string {
  return href === '' || href.startsWith('#') ? '' : ` (${href})`;
}

function isAllowed(name: string): boolean {
  return richTextTags.some((tag) => tag === name);
}

/** Liquid may hold quotes and brackets: it steps aside while the HTML is read. */
export function liquidAside(html: string) {
  const pieces: string[] = [];
  const stored = html
    .split(liquidPieces)
    .map((part, at) => (at % 2 === 1 ? `\uE000${pieces.push(part) - 1}\uE000` : part.replaceAll('\uE000', '')))
    .join('');
  const restored = (text: string) => text.replace(/\uE000(\d+)\uE000/g, (_, at: string) => pieces[Number(at)] ?? '');
  return { stored, restored };
}
