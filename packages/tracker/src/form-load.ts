// Loads what few pages need: the subscription form, only where it may show; blocks of recommendations. Counts the session's
// pages for the form.
import { level } from './consent.ts';
import { kept } from './keep.ts';
import { home } from './visitor.ts';

const loaded = new Set<string>();

/** Loads another script of ours, once. The page's policy allows our host, and so allows these. */
export function load(name: string): void {
  if (loaded.has(name)) return;
  loaded.add(name);
  const src = `${home.origin}/${name}.js?shop=${WB.shop}`;
  document.head.append(Object.assign(document.createElement('script'), { src }));
}

/** A page was opened: `last first pages` of the session, its times in milliseconds. Kept only where a form needs it. */
export function countPage(): void {
  if (!WB.form || !level()) return;
  const now = Date.now();
  const [last = 0, first = now, pages = 0] = (kept.get('session') ?? '0').split(' ').map(Number);
  kept.put('session', now - last > WB.sessionIdleMs ? `${now} ${now} 1` : `${now} ${first} ${pages + 1}`);
}

/** Fetches the form's script if this page and this browser may see it. */
export function loadForm(): void {
  const { form } = WB;
  if (!form || !level()) return;
  const { pathname } = location;
  const fits = form.inline
    ? document.querySelector('[data-winback-form]')
    : !kept.get('form') &&
      (!form.paths[0] || form.paths.some((path) => pathname.startsWith(path))) &&
      (form.onPhones || innerWidth > 599);
  if (fits) load('form');
}
