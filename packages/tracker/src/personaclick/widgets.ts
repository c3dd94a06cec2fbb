// What the page itself asks for: blocks of recommendations where it left a place, and addresses that shoppers type where the
// shop wants them heard.
import type { Fields } from './wire.ts';
import { address, ask } from './wire.ts';

const places = ['personaclick', 'rees46', 'r46'].map((name) => `.${name}-recommend[data-recommender-code]`).join();
const words = ['item', 'exclude', 'category', 'categories', 'locations', 'search_query', 'brands'];

type Callback = (answer: unknown) => void;

/** Fills every place that was not filled before. */
export function drawBlocks(): void {
  for (const place of document.querySelectorAll<HTMLElement>(places)) {
    if (place.dataset['recommenderReady']) continue;
    place.dataset['recommenderReady'] = '1';
    draw(place).catch((error: unknown) => named(place.dataset['recommenderError'])?.(error));
  }
}

async function draw(place: HTMLElement): Promise<void> {
  const code = place.dataset['recommenderCode'] ?? '';
  const fields = Object.fromEntries(words.map((word) => [word, place.getAttribute(`data-recommender-${word}`)]));
  const callback = named(place.dataset['recommenderCallback']);
  const answer = (await ask(`/recommend/${encodeURIComponent(code)}`, fields)) as {
    html?: string;
    recommends?: unknown[];
  };
  if (callback) return callback(answer);
  const fewest = Number(place.dataset['recommenderMin'] ?? 1);
  // Drawn by the server, with every word of the shop's escaped.
  if ((answer.recommends?.length ?? 0) >= fewest) place.innerHTML = answer.html ?? '';
}

/** A function of the page's, by its name; a path with dots is followed. */
function named(name: string | undefined): Callback | undefined {
  const found = name
    ?.split('.')
    .reduce<unknown>((at, part) => (at as Fields | undefined)?.[part], globalThis as unknown as Fields);
  return typeof found === 'function' ? (found as Callback) : undefined;
}

export function addStyles(shop: string): void {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = address(`/shop_css/${shop}.css`);
  document.head.append(link);
}

/** Hears one address a page, never in a form with a password. */
export function hearAddresses(heard: (email: string) => void): void {
  const listen = ({ target }: Event) => {
    if (!(target instanceof HTMLInputElement) || target.type !== 'email') return;
    if (target.form?.querySelector('[type=password]') || !/^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(target.value)) return;
    removeEventListener('change', listen, true);
    heard(target.value);
  };
  addEventListener('change', listen, true);
}
