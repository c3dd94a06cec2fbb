// Looks for the pictures of products, gently: a letter with a hole in it is worse than a letter without the product. A picture is
// gone only when its own server said so twice, hours apart; a server that is down or busy says nothing about its pictures.
import type { Database, DuePicture, PictureState } from '@winback/db';
import { duePictures, notePictures } from '@winback/db';
import type { ShopId } from '@winback/domain';
import { eachOf } from '../each-of.ts';
import { outboundFetch } from '../outbound-fetch.ts';

export interface LookDeps {
  db: Database;
  fetch: (input: string, init: RequestInit) => Promise<Response>;
  now: () => number;
  /** `host:port` that may be asked although they are private. */
  allow: readonly string[];
}

const mostAtOnce = 200;
const hostsAtOnce = 4;
const perHostAtOnce = 2;
/** After so many answers of a host that say nothing, it is left alone until the next time. */
const mostTroubles = 4;
const timeoutMs = 5_000;
/** What is not looked for by then is left to the next time. */
const patienceMs = 4 * 60_000;
const headers = { 'user-agent': 'Winback/1.0 (pictures of letters)', accept: 'image/*' };

type Look = 'there' | 'missing' | 'trouble';

/** Looks for the pictures that are due, from a row of the catalogue on. Answers where to go on; null: the catalogue ends here. */
export async function lookForPictures(deps: LookDeps, of: { shop: ShopId; after: number }): Promise<number | null> {
  const { db, now } = deps;
  const until = now() + patienceMs;
  const { due, after } = await duePictures(db, of.shop, { after: of.after, now: now(), limit: mostAtOnce });
  const seen: { id: string; picture: string; state: PictureState }[] = [];
  const hosts = Map.groupBy(due, ({ picture }) => (URL.canParse(picture) ? new URL(picture).host : ''));
  await eachOf([...hosts.values()], hostsAtOnce, async (pictures) => {
    let troubles = 0;
    await eachOf(pictures, perHostAtOnce, async (one) => {
      if (troubles >= mostTroubles || now() > until) return;
      const look = await lookFor(deps, one.picture);
      if (look === 'trouble') troubles += 1;
      else seen.push({ id: one.id, picture: one.picture, state: stateAfter(one, look) });
    });
  });
  await notePictures(db, of.shop, seen, now());
  return after;
}

function stateAfter({ state }: DuePicture, look: 'there' | 'missing'): PictureState {
  if (look === 'there') return 'there';
  return state === 'unsure' || state === 'gone' ? 'gone' : 'unsure';
}

/** Asks for the head, and where that is refused for the first byte: some servers know no HEAD. */
async function lookFor(deps: LookDeps, picture: string): Promise<Look> {
  const head = await asked(deps, picture, 'HEAD');
  return head === 'there' || head === 'trouble' ? head : asked(deps, picture, 'GET');
}

async function asked({ fetch, allow }: LookDeps, picture: string, method: 'HEAD' | 'GET'): Promise<Look> {
  const range: Record<string, string> = method === 'GET' ? { range: 'bytes=0-0' } : {};
  const answer = await outboundFetch(picture, { fetch, method, headers: { ...headers, ...range }, allow, timeoutMs });
  if (!answer.ok) return URL.canParse(picture) ? 'trouble' : 'missing';
  const { status, headers: said, body } = answer.value;
  await body?.cancel();
  if (status >= 500 || [401, 403, 408, 425, 429].includes(status))
    return method === 'HEAD' && status === 501 ? 'missing' : 'trouble';
  // A page that says "not found" with 200 is no picture; a server that names no type may still give one.
  return status < 300 && !/^text\/html/i.test(said.get('content-type') ?? '') ? 'there' : 'missing';
}
