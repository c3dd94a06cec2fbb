// Events of the wire as events of ours: what is said, then who says it, when and where.
import type { BeaconEvent } from '@winback/domain';
import type { Params } from './params.ts';
import { textIn } from './params.ts';
import { additionWindowMs, idOf, idWithin, windowMs } from './repetition.ts';
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

/** The events with ids that a repetition of the call has too. */
export function spoken(drafts: readonly Draft[], speaking: Speaking): BeaconEvent[] {
  return drafts.map((draft) => ({
    ...draft,
    ...speaking.with,
    id: idFor(draft, speaking),
    at: draft.at ?? speaking.now,
  }));
}

function idFor(draft: Draft, { speaker, params, now }: Speaking): string {
  // One order is one purchase, whenever and however often it is told.
  if (draft.type === 'purchase') return idOf(`purchase ${draft.order}`);
  const session = textIn(params, 'sid') ?? textIn(params, 'seance') ?? '';
  const words = `${speaker} ${session} ${JSON.stringify(draft)}`;
  // Our own script gives each call an id, which it keeps however late it tries again.
  const own = textIn(params, 'event_id');
  if (own !== null) return idOf(`${words} ${own}`);
  const adds = draft.type === 'cart' && draft.change === 'add';
  return idWithin(words, adds ? additionWindowMs : windowMs, now);
}
