// The id of this browser: in storage, and in a cookie where the server cannot set a better one.
import { level } from './consent.ts';
import { cookie, kept, putCookie } from './keep.ts';

const idCookie = 'winback_id';
/** Where the script came from, and its events go to. */
export const home = new URL(document.currentScript?.getAttribute('src') ?? WB.at, location.href);

/** Last two labels of a host, three under endings like co.uk. Too narrow is harmless: one cookie more. */
const siteOf = (host: string) => /[^.]+\.(\w{2,3}\.\w\w|[^.]+)$/.exec(host)?.[0] ?? host;
const byScript = WB.cookie !== 'none' && siteOf(home.hostname) !== siteOf(location.hostname);

/** Made of the time, so that names sort by age, and of chance. */
let made = 46_656;
export function newId(): string {
  return Date.now().toString(36) + (made++).toString(36) + crypto.getRandomValues(new Uint32Array(3)).join('');
}

/** The id that events go out under. Where none may be kept, it is another one each time. */
export function visitor(): string {
  const known = kept.get('visitor') ?? cookie(idCookie) ?? '';
  const id = level() > 1 && /^[\w-]{4,64}$/.test(known) ? known : newId();
  adopt(id);
  return id;
}

/** From now on this browser is called so, where it may have a name. */
export function adopt(id: string): void {
  if (level() < 2) return;
  kept.put('visitor', id);
  if (byScript) putCookie(idCookie, id);
}

export function forget(): void {
  kept.drop('visitor');
  putCookie(idCookie, '');
}
