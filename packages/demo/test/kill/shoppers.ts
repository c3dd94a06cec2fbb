// Storefronts that do what the tracker does: one beacon of a visitor at a time, and the same again until it was taken.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from './chance.ts';
import { shop } from './house.ts';
import { price, products } from './outside.ts';

export type Event = { id: string; at: number; type: string } & Record<string, unknown>;
export interface Beacon {
  visitor: string;
  events: Event[];
}

const shopperAgent =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Safari/537.36';
const againMs = 40;
const patienceMs = 8_000;

export class Shoppers {
  readonly #url: string;
  readonly #chains = new Map<string, Promise<void>>();
  /** Beacons that were posted more than once. */
  repeated = 0;

  constructor(url: string) {
    this.#url = url;
  }

  /** Posts when the visitor's beacons before this one were taken. Makes the events only then: their times are in order. */
  post(visitor: string, make: () => Event[]): void {
    const before = this.#chains.get(visitor) ?? Promise.resolve();
    const chain = before.then(() => this.#untilTaken({ visitor, events: make() }));
    // Whoever waits for all hears of it; until then it must not end the process.
    chain.catch(() => undefined);
    this.#chains.set(visitor, chain);
  }

  async allTaken(): Promise<void> {
    await Promise.all(this.#chains.values());
  }

  async #untilTaken(beacon: Beacon): Promise<void> {
    const body = JSON.stringify({ shop, ...beacon });
    for (let tries = 1; ; tries += 1) {
      const { status, said } = await this.#answerTo(body);
      if (status === 202) return;
      if (status >= 400 && status < 500) throw new Error(`a beacon was refused with ${status}: ${said} ${body}`);
      if (tries === 1) this.repeated += 1;
      await sleep(againMs);
    }
  }

  /** Status 0: nobody answered. */
  async #answerTo(body: string): Promise<{ status: number; said: string }> {
    try {
      const signal = AbortSignal.timeout(patienceMs);
      const answer = await fetch(`${this.#url}/e`, {
        method: 'POST',
        headers: { 'user-agent': shopperAgent },
        body,
        signal,
      });
      return { status: answer.status, said: await answer.text() };
    } catch {
      return { status: 0, said: '' }; // killed, or not yet started: the next try tells
    }
  }
}

let made = 0;

function event(type: string, fields: Record<string, unknown>): Event {
  made += 1;
  return { id: `event-${type}-${String(made).padStart(6, '0')}`, at: Date.now(), type, ...fields };
}

const line = (product: string) => ({ product, quantity: 1, price });

export const looksAt = (chance: Chance) => event('view', { product: chance.pick(products) });
export const searches = (query = 'tent') => event('search', { query });
export const browses = () => event('category', { category: '1' });
export const adds = (chance: Chance) => event('cart', { change: 'add', items: [line(chance.pick(products))] });
export const fillsCart = (chance: Chance) => event('cart', { change: 'full', items: [line(chance.pick(products))] });
export const identifies = (email: string) => event('identify', { email, consent: true, source: 'newsletter' });
export function buys(chance: Chance): Event {
  const items = [line(chance.pick(products))];
  return event('purchase', { order: `order-${made + 1}`, items, total: price });
}
