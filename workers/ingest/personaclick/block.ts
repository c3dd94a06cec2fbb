// A block of recommendations, drawn: what pages put where `<div class="personaclick-recommend">` stands. Class names are the
// original's, so that a shop's own styles keep their hold.
import { html } from 'hono/html';
import type { productBody } from './product-body.ts';

type Shown = ReturnType<typeof productBody>;

export function blockTitle(language: string): string {
  return language === 'ru' ? 'Вам может понравиться' : 'You may like';
}

/** Empty where there is nothing to show. */
export function blockOf(products: readonly Shown[], language: string) {
  if (products.length === 0) return '';
  return html`<div class="recommender-block"><div class="recommender-block-title">${blockTitle(language)}</div><div class="recommended-items">${products.map(itemOf)}</div></div>`;
}

function itemOf({ id, url, name, picture, price_formatted: price }: Shown) {
  return html`<div class="recommended-item" data-id="${id}"><div class="recommended-item-photo"><a href="${safeLink(url)}"><img src="${picture ?? ''}" alt="" loading="lazy"></a></div><div class="recommended-item-title"><a href="${safeLink(url)}">${name}</a></div><div class="recommended-item-price">${price}</div></div>`;
}

/** A feed that says `javascript:` gets no link. */
function safeLink(url: string | null): string {
  return url !== null && /^https?:\/\//i.test(url) ? url : '#';
}
