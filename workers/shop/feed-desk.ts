// The Shop's imports. One runs at a time; a file that somebody gives meanwhile waits its turn, and the newest such file is the
// one that counts. After too many failures in a row the schedule rests until somebody looks.
import {
  confirmImport,
  endByMerchant,
  feedAccess,
  forgetFeedFailures,
  importById,
  noteFeedFailure,
  noteImportAsked,
  noteOvertaken,
} from '@winback/db';
import type { FeedImport, ShopId } from '@winback/domain';
import { feedLimits, newToken } from '@winback/domain';
import type { Env } from '../env.ts';
import { databaseOf, settingsOf } from '../env.ts';
import { importKeys } from '../feed-files.ts';
import { freshShopSettings } from '../shop-settings.ts';
import type { ShopStorage } from './storage.ts';

type AlarmName = 'feed' | 'feed-check';
type Origin = Exclude<FeedImport['origin'], 'api'>;
/** How an import ended, or that it waits; `nobody`: there is no such shop. */
export type ImportState = Exclude<FeedImport['state'], 'queued' | 'running'> | 'nobody';

interface Asked {
  id: string;
  origin: Origin;
}

export interface StartAsk {
  origin?: Origin;
  /** The name of an import whose file lies in R2 already. */
  import?: string;
  whileRunning?: 'join' | 'queue';
}

export interface DeskDeps {
  env: Env;
  storage: ShopStorage;
  book(name: AlarmName, at: number): Promise<void>;
  unbook(name: AlarmName): Promise<void>;
}

const hourMs = 3_600_000;

export class FeedDesk {
  readonly #deps: DeskDeps;
  /** The import whose end is being written down: a queue may tell of it twice at the same time. */
  #ending: string | null = null;

  constructor(deps: DeskDeps) {
    this.#deps = deps;
  }

  /**
   * Starts an import; the next one by schedule is counted from now. While one runs, `join` is that one, as for whoever only wants
   * the feed to be read; `queue` runs afterwards, as for what is newer than what runs: a file, another address.
   */
  async importNow(shop: ShopId, asked: StartAsk): Promise<{ import: string }> {
    const { storage } = this.#deps;
    const origin = asked.origin ?? 'feed';
    const running = storage.read<string>('import');
    const whileRunning = asked.whileRunning ?? (origin === 'feed' ? 'join' : 'queue');
    if (running !== null && whileRunning === 'queue')
      return this.#queue(shop, { id: asked.import ?? newToken(), origin });
    const id = running ?? asked.import ?? newToken();
    if (running === null) storage.write('import', id);
    await this.#run(shop, { id, origin });
    if (origin === 'feed') await this.#bookNext(shop);
    return { import: id };
  }

  /** An import has come to its end, good or bad, or waits for the merchant. */
  async ended(shop: ShopId, of: { import: string; state: ImportState }): Promise<void> {
    const { storage, unbook } = this.#deps;
    if (storage.read<string>('import') !== of.import || this.#ending === of.import) return;
    this.#ending = of.import;
    try {
      await this.#noteEnd(shop, of);
      storage.write('import', null);
    } finally {
      this.#ending = null;
    }
    await unbook('feed-check');
    const next = storage.read<Asked>('import-next');
    if (next === null) return;
    storage.write('import-next', null);
    await this.importNow(shop, { import: next.id, origin: next.origin });
  }

  /** The merchant's yes. `busy`: another import runs. */
  async confirm(shop: ShopId, id: string): Promise<'goes-on' | 'does-not-wait' | 'busy'> {
    const { env, storage, book, unbook } = this.#deps;
    if (storage.read<string>('import') !== null) return 'busy';
    storage.write('import', id);
    // Whoever dies from here on leaves it to the check, which asks until the import has ended or still waits.
    await book('feed-check', Date.now() + settingsOf(env).LEASE_MS);
    if (!(await confirmImport(databaseOf(env), shop, id))) {
      storage.write('import', null);
      await unbook('feed-check');
      return 'does-not-wait';
    }
    await this.#ask(shop, id);
    return 'goes-on';
  }

  /** The merchant's no, also to an import that runs or is queued: the catalogue stays as it is. */
  async stop(shop: ShopId, id: string): Promise<boolean> {
    const { env, storage } = this.#deps;
    if (!(await endByMerchant(databaseOf(env), shop, { id, now: Date.now() }))) return false;
    const next = storage.read<Asked>('import-next');
    if (next?.id === id) {
      storage.write('import-next', null);
      await this.#dropFile(shop, next);
    }
    await this.ended(shop, { import: id, state: 'stopped' });
    return true;
  }

  /** The rhythm or the address is another: the next import by schedule is counted from now. */
  async reschedule(shop: ShopId): Promise<void> {
    const settings = await freshShopSettings(this.#deps.env, shop, Date.now());
    if (settings?.feed.url) return this.#bookNext(shop);
    await this.#deps.unbook('feed');
  }

  async ring(shop: ShopId, name: AlarmName, now: number): Promise<void> {
    const { env, storage, book, unbook } = this.#deps;
    if (name === 'feed-check') {
      // The message that asked for the import may be lost: the queue is a hint.
      const running = storage.read<string>('import');
      if (running === null) return unbook('feed-check');
      await env.JOBS.send({ kind: 'import-feed', shop, import: running });
      return book('feed-check', now + settingsOf(env).LEASE_MS);
    }
    const settings = await freshShopSettings(env, shop, now);
    if (!settings?.feed.url || (await this.#rests(shop))) return unbook('feed');
    await this.importNow(shop, {});
  }

  /** Files that the shop's system may still give within this hour; the one that asks is counted. */
  mayPush(now: number): { ok: true } | { ok: false; retryAfterSeconds: number } {
    const { storage } = this.#deps;
    const recent = (storage.read<number[]>('pushes') ?? []).filter((at) => at > now - hourMs);
    const [oldest] = recent;
    if (oldest !== undefined && recent.length >= feedLimits.pushesAnHour)
      return { ok: false, retryAfterSeconds: Math.ceil((oldest + hourMs - now) / 1_000) };
    storage.write('pushes', [...recent, now]);
    return { ok: true };
  }

  /** What waited before it will never run: its file goes. */
  async #queue(shop: ShopId, next: Asked): Promise<{ import: string }> {
    const { env, storage } = this.#deps;
    const db = databaseOf(env);
    const before = storage.read<Asked>('import-next');
    storage.write('import-next', next);
    const now = Date.now();
    await noteImportAsked(db, shop, { ...next, now, state: 'queued' });
    if (before && before.id !== next.id) {
      await noteOvertaken(db, shop, { id: before.id, now });
      await this.#dropFile(shop, before);
    }
    return { import: next.id };
  }

  async #dropFile(shop: ShopId, { id, origin }: Asked): Promise<void> {
    if (origin !== 'feed') await this.#deps.env.LAKE.delete(importKeys(shop, id).raw);
  }

  async #run(shop: ShopId, { id, origin }: Asked): Promise<void> {
    await noteImportAsked(databaseOf(this.#deps.env), shop, { id, origin, now: Date.now(), state: 'running' });
    await this.#ask(shop, id);
  }

  async #ask(shop: ShopId, id: string): Promise<void> {
    const { env, book } = this.#deps;
    await book('feed-check', Date.now() + settingsOf(env).LEASE_MS);
    await env.JOBS.send({ kind: 'import-feed', shop, import: id });
  }

  async #bookNext(shop: ShopId): Promise<void> {
    const { env, book, unbook } = this.#deps;
    const settings = await freshShopSettings(env, shop, Date.now());
    if (!settings || (await this.#rests(shop))) return unbook('feed');
    await book('feed', Date.now() + settings.feed.everyMs);
  }

  async #rests(shop: ShopId): Promise<boolean> {
    return (await feedAccess(databaseOf(this.#deps.env), shop)).pausedAt !== null;
  }

  /** What the end of an import means for the schedule and for the owner. */
  async #noteEnd(shop: ShopId, of: { import: string; state: ImportState }): Promise<void> {
    const db = databaseOf(this.#deps.env);
    const now = Date.now();
    const { state, import: id } = of;
    if (state === 'waiting') return this.#tellOwner(shop, id, 'waiting');
    if ((await importById(db, shop, id))?.origin !== 'feed') return; // the schedule has nothing to do with a file that somebody gave
    if (state === 'failed') {
      const { rests } = await noteFeedFailure(db, shop, { restsAfter: feedLimits.failures, now });
      if (!rests) return;
      await this.#deps.unbook('feed');
      return this.#tellOwner(shop, id, 'paused');
    }
    if (state !== 'done' && state !== 'unchanged') return;
    const rested = await this.#rests(shop);
    await forgetFeedFailures(db, shop);
    if (rested) await this.#bookNext(shop);
  }

  async #tellOwner(shop: ShopId, id: string, why: 'paused' | 'waiting'): Promise<void> {
    await this.#deps.env.JOBS.send({ kind: 'tell-owners', shop, import: id, why });
  }
}
