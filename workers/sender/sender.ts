// The pace at which letters go through one provider's account: the operator's, or a shop's own. It is asked only while something holds
// letters up; that it has to be asked stands in the database, where each consumer reads its shop anyway. The engine decides.
import { DurableObject } from 'cloudflare:workers';
import { writeSendingLimit } from '@winback/db';
import type { SendingLimit } from '@winback/domain';
import type { Heard, Pacing, Pass } from '@winback/engine/pacing';
import { dailyCap, heard, isFree, isOver, mended, newPacing, newWarmUp, pass } from '@winback/engine/pacing';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';

const key = 'pacing';
const tellEveryMs = 2_000;
const dayMs = 86_400_000;

export class Sender extends DurableObject<Env> {
  #pacing: Pacing;
  /** What the database says, and since when. */
  #told: { limit: string; at: number } | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#pacing = ctx.storage.kv.get<Pacing>(key) ?? newPacing(Date.now());
  }

  /** How many of these letters may go now, and when the others come again. */
  async pass(ask: { channel: string; shop: string; want: number; urgent: boolean }): Promise<Omit<Pass, 'pacing'>> {
    const { channel, ...rest } = ask;
    const { pacing, ...answer } = pass(this.#pacing, { ...rest, now: Date.now() });
    await this.#keep(channel, pacing);
    return answer;
  }

  /** What became of the letters of a batch. */
  heard({ channel, ...what }: { channel: string } & Heard): Promise<void> {
    return this.#keep(channel, heard(this.#pacing, what, Date.now()));
  }

  /** The merchant changed what was wrong, and a letter was taken. */
  mended({ channel }: { channel: string }): Promise<void> {
    return this.#keep(channel, mended(this.#pacing));
  }

  /** `begin`: the domain is a new one. A warm-up that is under way goes on. `end`: the merchant knows better. */
  warmUp({ channel, what }: { channel: string; what: 'begin' | 'end' }): Promise<void> {
    const now = Date.now();
    const warmUp = what === 'end' ? null : (this.#pacing.warmUp ?? newWarmUp(now));
    return this.#keep(channel, { ...this.#pacing, warmUp });
  }

  async #keep(channel: string, pacing: Pacing): Promise<void> {
    const now = Date.now();
    this.#pacing = pacing;
    this.ctx.storage.kv.put(key, pacing);
    const limit = limitOf(pacing, now);
    const text = JSON.stringify(limit);
    const known = this.#told;
    if (known?.limit === text) return;
    // A rate that moves a little is no news; that there is a limit at all, or no more, is.
    const isNews = known === null || (known.limit === 'null') !== (text === 'null');
    if (!isNews && known.at + tellEveryMs > now) return;
    this.#told = { limit: text, at: now };
    try {
      await writeSendingLimit(databaseOf(this.env), channel, { limit, now });
    } catch (error) {
      this.#told = known;
      throw error;
    }
  }
}

/** What holds letters up, for people; null: nothing does. */
function limitOf(pacing: Pacing, now: number): SendingLimit | null {
  if (isFree(pacing, now)) return null;
  const { perSecond, pausedUntil, because, warmUp } = pacing;
  const day = warmUp === null ? 0 : Math.floor((now - warmUp.from) / dayMs);
  const isWarming = warmUp !== null && !isOver(warmUp, now);
  return {
    perSecond: perSecond === null ? null : Math.round(perSecond * 10) / 10,
    pausedUntil: pausedUntil > now ? pausedUntil : null,
    because,
    warmUp: isWarming ? { from: warmUp.from, day, today: dailyCap(day) ?? 0 } : null,
  };
}
