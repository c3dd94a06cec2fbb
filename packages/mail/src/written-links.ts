// Where a letter's links are written: the filter that stands in its HTML, the addresses in its text, and the two marks at its end.
import type { LetterLinks } from './letter-links.ts';
import { plainLinks } from './letter-links.ts';

/** Under this name the filter finds the links, among what no template reaches. */
export const linksKey = 'links of this letter';

/** What liquidjs gives a filter as `this`, as far as it is used. */
interface FilterPlace {
  context: { getRegister(key: string): unknown };
}

/** Links that know which address they wrote last: the text part says it once more under the same number. */
export interface RememberedLinks extends LetterLinks {
  /** As it was written in the HTML; null: it does not stand there. */
  known(url: string): string | null;
  /** The highest number so far. */
  last(): number;
}

export function rememberedLinks(links: LetterLinks): RememberedLinks {
  const written = new Map<string, string>();
  let last = 0;
  return {
    ...links,
    to: (url, number) => {
      const made = links.to(url, number);
      last = Math.max(last, number);
      if (!written.has(url)) written.set(url, made);
      return made;
    },
    known: (url) => written.get(url) ?? null,
    last: () => last,
  };
}

/** `{{ url | link: 3 }}`. `'escaped'`: the address was written as HTML before. */
export function linkFilter(this: FilterPlace, value: unknown, number: unknown, form?: unknown): string {
  const links = this.context.getRegister(linksKey);
  const text = String(value ?? '').trim();
  const url = form === 'escaped' ? unescaped(text) : text;
  return (isLinks(links) ? links : plainLinks).to(url, Number(number));
}

/** The text with its addresses written; numbers go on behind those of the HTML. */
export function textLinks(text: string, links: RememberedLinks | null): string {
  if (!links) return text;
  return text.replace(
    /https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]]/gi,
    (url) => links.known(url) ?? links.to(url, links.last() + 1),
  );
}

/**
 * The letter with a link that only machines follow and the picture that tells of its opening, last of all: where a mailbox cuts a
 * long letter, nothing is missed.
 */
export function withTells(html: string, links: LetterLinks | null): string {
  if (!links) return html;
  const trap =
    links.trap === null ? '' : `<a href="${links.trap}" style="display:none" tabindex="-1" aria-hidden="true"></a>`;
  const picture = links.opened === null ? '' : `<img src="${links.opened}" alt="" width="1" height="1" border="0">`;
  const usual = html.lastIndexOf('</body>');
  const end = usual < 0 ? html.toLowerCase().lastIndexOf('</body>') : usual;
  return end < 0 ? html + trap + picture : html.slice(0, end) + trap + picture + html.slice(end);
}

function isLinks(value: unknown): value is LetterLinks {
  return typeof value === 'object' && value !== null && 'to' in value;
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#34': '"', '#39': "'", apos: "'" };

function unescaped(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|apos|#34|#39);/g, (all, name: string) => entities[name] ?? all);
}
