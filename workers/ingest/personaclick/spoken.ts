// Events of the wire as events of ours: what is said, then who says it, when and where.
import type { BeaconEvent } from '@winback/domain';
import type { Repeats } from '../../visitor/answers.ts';
import type { Params } from './params.ts';
import { textIn } from './params.ts';
import { additionWindowMs, idOf, idsWithin, numberlessOrder, windowMs } from './repetition.ts';
import type { SaidWith } from './said-with.ts';

type Bare<Event> = Event extends BeaconEvent ? Omit<Event, 'id' | 'at' | 'url' | 'referrer' | 'via'> : never;
/** An event without its id and time. */
export type Draft = Bare<BeaconEvent> & { at?: number };

export interface Speaking {
  /** Names the speaker: two who say the same do not repeat each other. */
  speaker: string;
  params: Params;
  with: SaidWith;
  now: number;
}

/** The events with ids that a repetition of the call has too, and what else shows a repetition. */
export function spoken(drafts: readonly Draft[], speaking: Speaking): { events: BeaconEvent[]; repeats: Repeats } {
  const repeats: Repeats = {};
  const events = drafts.map((draft) => {
    const { id, ...repeat } = idFor(draft, speaking);
    if (repeat.earlier !== undefined) repeats[id] = repeat;
    return { ...draft, ...speaking.with, id, at: draft.at ?? speaking.now };
  });
  return { events, repeats };
}

type Told = { id: string; earlier?: never } | { id: string; earlier: string; withinMs: number };

function idFor(draft: Draft, { speaker, params, now }: Speaking): Told {
  // One order is one purchase, whenever and however often it is told.
  if (draft.type === 'purchase') {
    const id = idOf(`purchase ${draft.order}`);
    if (textIn(params, 'order_id') !== null) return { id };
    const { earlier } = numberlessOrder(speaker, params['items'], now);
    return { id, earlier: idOf(`purchase ${earlier}`), withinMs: windowMs };
  }
  const session = textIn(params, 'sid') ?? textIn(params, 'seance') ?? '';
  const words = `${speaker} ${session} ${JSON.stringify(draft)}`;
  // Our own script gives each call an id, which it keeps however late it tries again.
  const own = textIn(params, 'event_id');
  if (own !== null) return { id: idOf(`${words} ${own}`) };
  const withinMs = draft.type === 'cart' && draft.change === 'add' ? additionWindowMs : windowMs;
  return { ...idsWithin(words, withinMs, now), withinMs };
}
