// Categories and collections of a feed: texts and attributes in YML, elements in Hotline's lists and in Yandex's collections.
import type { Element } from '../element.ts';
import type { FeedCategory, FeedCollection } from '../feed-item.ts';

export function categoryOf(element: Element): FeedCategory {
  const said = saidIn(element);
  const parent = said('parentid', 'parent_id')?.trim() ?? null;
  return { ...named(element), parentId: parent === '0' || parent === '' ? null : parent };
}

export function collectionOf(element: Element): FeedCollection {
  return named(element);
}

function named(element: Element): FeedCollection {
  const said = saidIn(element);
  const name = said('name', 'title') ?? (element.children.length === 0 ? element.text : '');
  return { id: said('id')?.trim() ?? '', name: name.replace(/\s+/g, ' ').trim(), url: said('url') ?? null };
}

/** What is said under one of these names, by an attribute or an element. */
function saidIn({ attributes, children }: Element): (...names: string[]) => string | undefined {
  const low = Object.entries(attributes).map(([name, value]) => ({ key: name.toLowerCase(), text: value }));
  return (...names) =>
    names
      .flatMap((name) => [...low, ...children].filter(({ key }) => key === name))
      .map(({ text }) => text.trim())
      .find((text) => text !== '');
}
