// The way to a shop's pulse. itty-durable sends arguments in a header, so they are written in plain ASCII.
import type { ShopId } from '@winback/domain';
import { proxyDurable } from 'itty-durable';
import { z } from 'zod';
import type { Env } from './env.ts';
import type { PulseAnswer } from './shop/answers.ts';
import type { PulseNote } from './shop/shop-pulse.ts';

const answerSchema = z.object({
  visitors: z.number(),
  openCarts: z.number(),
  recent: z.array(z.object({ at: z.number(), words: z.string() })),
  last: z.record(z.string(), z.string()),
});

export interface Pulse {
  note(notes: readonly PulseNote[]): Promise<void>;
  here(now: number): Promise<PulseAnswer>;
}

export function pulseOf(env: Pick<Env, 'PULSE'>, shop: ShopId): Pulse {
  const stub = proxyDurable(env.PULSE, { name: 'PULSE', parse: true }).get(`pulse/${shop}`);
  return {
    async note(notes) {
      await stub['note']?.(ascii(JSON.stringify(notes)));
    },
    async here(now) {
      return answerSchema.parse(await stub['here']?.(now));
    },
  };
}

function ascii(json: string): string {
  return json.replace(/[\u007f-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
