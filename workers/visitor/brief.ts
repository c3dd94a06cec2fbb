import type { VisitorState } from '@winback/engine/triggers';
import { aboutOf } from '@winback/engine/triggers';
import type { Brief } from './answers.ts';
import type { LetterRow } from './letter-row.ts';

/** What a letter is written from: what it is about as that is now, what was looked at, what was bought before; or what was asked. */
export function briefOf(row: LetterRow | null, state: VisitorState): Brief {
  const { asked, person } = state;
  if (row?.state !== 'waiting' || !person) return { kind: 'leave' };
  if (row.scenario === 'double_opt_in') {
    if (!asked) return { kind: 'leave' };
    const { id, at, source } = asked;
    return { kind: 'confirm', scenario: row.scenario, person: person.id, ask: { id, at, source } };
  }
  const about = aboutOf(state, row);
  if (!about) return { kind: 'leave' };
  const { views, bought } = pastOf(state);
  return {
    kind: 'compose',
    scenario: row.scenario,
    person: person.id,
    about,
    views,
    ordered: bought,
  };
}

/** What was looked at, newest first, and what was bought. */
export function pastOf({ orders, views }: VisitorState): { views: string[]; bought: string[] } {
  return { views: views.map((view) => view.product), bought: orders.flatMap((order) => order.products) };
}
