// The storefront script. Promises: no event is lost while its page lives or the next page of this browser opens; none is
// counted twice (each has an id); nothing is told that the shopper does not allow; the shop's page never waits for us and
// never sees an error of ours.
import { capture } from './capture.ts';
import { isLevel, level, optOut } from './consent.ts';
import { countPage, load, loadForm } from './form-load.ts';
import { inTab, kept, putCookie } from './keep.ts';
import type { Fields } from './queue.ts';
import { put, reconsider } from './queue.ts';
import { later, warn } from './send.ts';
import { forget, home, visitor } from './visitor.ts';

/** What the scripts that are loaded later share with this one. */
export interface Inner {
  level: typeof level;
  kept: typeof kept;
  visitor: typeof visitor;
  origin: string;
  /** Recommendations that were asked for; `block.js` takes over from here. */
  blocks: { push(fields: Fields): unknown };
  /** Set by `form.js`: another page was opened. */
  page?: () => void;
}
interface Winback {
  (name: unknown, fields?: Fields): void;
  q?: ArrayLike<unknown>[];
  w?: Inner;
}
declare global {
  var winback: Winback | undefined;
}

const pageEvents = /^(view|category|search)$/;
const events = /^(view|category|search|cart|wish|purchase|identify|profile|watch|custom)$/;
const inner: Inner = { level, kept, visitor, origin: home.origin, blocks: [] };
const query = new URLSearchParams(location.search);
/** What this page shows: told again when the browser brings the page back whole. */
let shown: [string, Fields] | undefined;
let path: string | undefined;

function tell(type: string, fields: Fields, asked?: 'asked'): void {
  if (pageEvents.test(type)) shown = [type, fields];
  if (!put(type, fields, asked)) return;
  if (fields['consent'] === true) kept.put('form', '1');
  later();
  move();
}

/** `{ product }` instead of a list, `change` left out, and what led here by the page's address. */
function complete(type: string, fields: Fields): Fields {
  const { product, quantity, price, change = product ? 'add' : 'full', ...rest } = fields;
  if (type === 'view') {
    const [by, code] = [query.get('recommended_by'), query.get('recommended_code')];
    return by && code ? { via: { by, code }, ...fields } : fields;
  }
  if (type === 'cart') return { change, items: [{ product, quantity, price }], ...rest };
  return type === 'wish' ? { change, products: [product], ...rest } : fields;
}

/** Whatever is not allowed any more is not kept any more. */
function allow(): void {
  if (level() < 2) forget();
  reconsider();
  later();
}

function command(name: string, fields: Fields = {}): void {
  if (events.test(name)) return tell(name, complete(name, fields));
  switch (name) {
    case 'subscribe':
      return tell('identify', { source: 'form', ...fields, consent: fields['consent'] === true }, 'asked');
    case 'recommend':
      inner.blocks.push(fields);
      return load('block');
    case 'consent':
      if (!isLevel(fields)) break;
      kept.put('consent', String(fields));
      allow();
      return loadForm();
    case 'optout': {
      const out = fields ? '1' : ''; // `false` takes it back
      putCookie(optOut, out);
      kept.put('optout', out);
      allow();
      return loadForm();
    }
  }
  warn(`there is no ${name} ${fields}`);
}

function openPage(): void {
  path = location.pathname;
  countPage();
  loadForm();
  inner.page?.();
}

/** A store of one page shows another one under another path. */
function move(): void {
  if (path && path !== location.pathname) openPage();
}

function start(): void {
  const early = globalThis.winback?.q ?? [];
  const winback: Winback = (name, fields) => {
    try {
      command(String(name), fields);
    } catch (error) {
      warn(error);
    }
  };
  winback.w = inner;
  globalThis.winback = winback;
  const watcher = query.get('wb_watch') ?? '';
  if (/^[a-z0-9]{8,32}$/.test(watcher)) inTab.put('watch', watcher);
  if (level() < 2) allow();
  for (const call of early) winback(call[0], call[1] as Fields);
  capture((fields) => winback('identify', fields));
  if (document.readyState === 'loading') addEventListener('DOMContentLoaded', openPage);
  else openPage();
  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    if (shown) tell(...shown);
    openPage();
    later();
  });
  later();
}

// Two snippets in one page must not tell everything twice.
if (!globalThis.winback?.w) start();
