// The last steps of what a browser tells, whichever door it came by: what its visit adds, then to disk.
import type { Beacon, BeaconEvent, ShopId, ShopSettings, VisitorId } from '@winback/domain';
import type { Env } from '../env.ts';
import type { Repeats } from '../visitor/answers.ts';
import type { Stored } from './store.ts';
import { storeEvents } from './store.ts';
import { allowedLevel, visitOf } from './visit.ts';

export interface Told {
  shop: ShopId;
  settings: ShopSettings;
  visitor: VisitorId;
  events: BeaconEvent[];
  /** What the shopper allows, as the page says it. */
  asked: Beacon['consent'];
  /** `server`: no browser called, but the shop's server in its name; `proven`: and with the shop's secret. */
  by: 'browser' | 'server' | 'proven';
  repeats?: Repeats;
}

/** When this returns, the events are on disk. */
export async function storeTold(env: Env, request: Request, told: Told, now: number): Promise<Stored> {
  const { shop, settings, visitor, events, asked, by, repeats = {} } = told;
  const allowed = by === 'browser' ? allowedLevel(asked, request, settings) : asked;
  const seen = await visitOf(env, request, { shop, settings, events, allowed });
  const visit = by === 'browser' ? seen : ({ ...seen, by: 'server' } as const);
  const ip = by === 'browser' ? request.headers.get('cf-connecting-ip') : null;
  const vouched = by === 'proven' ? { vouched: by } : {};
  return storeEvents(env, { shop, visitor, events, visit, ip, repeats, ...vouched }, now);
}
