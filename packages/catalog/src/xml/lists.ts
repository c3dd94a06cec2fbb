// Categories and collections of a feed: texts and attributes in YML, elements in Hotline's lists and in Yandex's collections.
import type { Element } from '../element.ts';
import type { FeedCategory, FeedCollection } from '../feed-item.ts';

export function categoryOf(element: Element): FeedCategory {
  const said = saidIn(element);
  const parent = said('parentId', 'parent_id', 'parentID', 'parentid') ?? null;
  return { ...named(element), parentId: parent === '0' ? null : parent };
}

export function collectionOf(element: Element): FeedCollection {
  return named(element);
}

function named(element: Element): FeedCollection {
  const said = saidIn(element);
  const name = said('name', 'title') ?? (element.children.length === 0 ? element.text : '');
  return { id: said('id') ?? '', name: name.replace(/\s+/g, ' ').trim(), url: said('url') ?? null };
}

/** What is said under one of these names, by an attribute or an element; names have a case. */
function saidIn({ attributes, children }: Element): (...names: string[]) => string | undefined {
  const of = (name: string) => [attributes[name], children.find((child) => child.name === name)?.text];
  return (...names) =>
    names
      .flatMap(of)
      .map((text) => text?.trim())
      .find((text) => text !== undefined && text !== '');
}
