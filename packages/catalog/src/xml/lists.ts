// Categories and collections of a feed: texts and attributes in YML, elements in Hotline's lists and in Yandex's collections.
import type { Element } from '../element.ts';
import type { FeedCategory, FeedCollection } from '../feed-item.ts';

export function categoryOf(element: Element): FeedCategory {
  const parent = said(element, 'parentId', 'parent_id', 'parentID', 'parentid');
  return { ...named(element), parentId: parent === '0' ? null : parent };
}

export function collectionOf(element: Element): FeedCollection {
  return named(element);
}

function named(element: Element): FeedCollection {
  const name = said(element, 'name', 'title') ?? (element.children.length === 0 ? element.text : '');
  return { id: said(element, 'id') ?? '', name: name.replace(/\s+/g, ' ').trim(), url: said(element, 'url') };
}

/** What is said under the first of these names that says something, by an attribute or an element; names have a case. */
function said({ attributes, children }: Element, ...names: string[]): string | null {
  for (const name of names) {
    const text = attributes[name]?.trim() || children.find((child) => child.name === name)?.text.trim();
    if (text) return text;
  }
  return null;
}
