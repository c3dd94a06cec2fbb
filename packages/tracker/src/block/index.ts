// Products to look at next: shown in a place of the page, or handed to the shop's own code. Nobody's past speaks unless the
// shopper allows it; where they allow nothing, nothing is asked.

interface Shown {
  name: string;
  url: string;
  picture: string | null;
  price: string;
  oldPrice: string | null;
}
interface Ask {
  /** CSS selector of the element that takes the block. */
  into?: string;
  then?: (products: Shown[]) => void;
  title?: string;
  [about: string]: unknown;
}

const style = `:host{display:block}h2{font:inherit;font-size:1.25em;font-weight:600;margin:0 0 .75em}
ul{display:grid;grid-template-columns:repeat(auto-fill,minmax(140px,1fr));gap:1.25em 1em;margin:0;padding:0;list-style:none}
a{color:inherit;text-decoration:none;display:block}a:hover b,a:focus-visible b{text-decoration:underline}
a:focus-visible{outline:2px solid;outline-offset:3px}
img{width:100%;aspect-ratio:1;object-fit:contain;margin-bottom:.5em}b,span{display:block}b{font-weight:500}s{opacity:.75}`;
const inner = globalThis.winback?.w;

function element(tag: string, fields: object, ...inside: (Node | string)[]): HTMLElement {
  const made = Object.assign(document.createElement(tag), fields);
  made.append(...inside);
  return made;
}

function card({ name, url, picture, price, oldPrice }: Shown): HTMLElement {
  const image = picture ? [element('img', { src: picture, alt: '', loading: 'lazy' })] : [];
  const was = oldPrice ? [' ', element('s', {}, oldPrice)] : [];
  const words = [element('b', {}, name), element('span', {}, price, ...was)];
  return element('li', {}, element('a', { href: url }, ...image, ...words));
}

/** Draws in a shadow root: the page's styles and its policy about them stay out of it. */
function draw(place: Element, title: string, products: readonly Shown[]): void {
  const root = place.shadowRoot ?? place.attachShadow({ mode: 'open' });
  const heading = element('h2', { id: 'title' }, title);
  const section = element('section', {}, heading, element('ul', { role: 'list' }, ...products.map(card)));
  section.setAttribute('aria-labelledby', 'title');
  root.replaceChildren(section);
  const sheet = new CSSStyleSheet();
  if (!('replaceSync' in sheet)) return void section.append(element('style', {}, style));
  sheet.replaceSync(style);
  root.adoptedStyleSheets = [sheet];
}

function addressOf({ into: _into, then: _then, title: _title, ...about }: Ask): string {
  const named = inner && inner.level() > 1 ? { visitor: inner.visitor() } : {};
  const query = new URLSearchParams({ shop: WB.shop, ...named });
  for (const [name, values] of Object.entries(about))
    for (const value of [values].flat()) query.append(name, String(value));
  return `${inner?.origin}/r?${query}`;
}

async function recommend(ask: Ask): Promise<void> {
  const answer = inner?.level() ? await fetch(addressOf(ask), { credentials: 'omit' }) : null;
  const { products, title, message } = (await answer?.json()) ?? { products: [] };
  if (!products) throw new Error(message);
  ask.then?.(products);
  if (document.readyState === 'loading') await new Promise((resolve) => addEventListener('DOMContentLoaded', resolve));
  const place = ask.into ? document.querySelector(ask.into) : null;
  if (ask.into && !place) throw new Error(`no element of this page is ${ask.into}`);
  if (place && products.length > 0) draw(place, ask.title ?? title, products);
}

function push(ask: Ask): void {
  recommend(ask).catch((error) => console.warn(`winback: recommend: ${error}`));
}

if (inner) {
  const asked = inner.blocks;
  inner.blocks = { push };
  if (Array.isArray(asked)) for (const ask of asked) push(ask);
}
