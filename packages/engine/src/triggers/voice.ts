// One person hears one voice: pause, caps and quiet hours of the shop, over all scenarios together.
import type { Law, LetterReason, VoiceSettings } from '@winback/domain';
import { confirmationLimits } from '@winback/domain';
import { demands } from '../consent/index.ts';
import { openFrom, timeOfDay } from './clock.ts';

const dayMs = 86_400_000;
const weekMs = 7 * dayMs;

export interface Hearing {
  /** The first moment at which a letter may go. */
  at: number;
  /** What stands in the way until then; null: nothing. */
  blockedBy: 'pause' | 'cap' | 'quiet-hours' | null;
}

/**
 * When the person may hear from the shop next, in the time zone where they are. `heardAt` are the times of letters that went out,
 * or may have.
 * Caps are rolling: at most `perDay` letters in any 24 hours and `perWeek` in any 7 days.
 */
export function nextHearing(heardAt: readonly number[], voice: VoiceSettings, timeZone: string, now: number): Hearing {
  const heard = heardAt.toSorted((a, b) => b - a);
  const [last] = heard;
  const paused = last === undefined ? now : Math.max(now, last + voice.pauseMs);
  let capped = paused;
  for (const [limit, lengthMs] of [
    [voice.perDay, dayMs],
    [voice.perWeek, weekMs],
  ] as const) {
    const oldest = heard[limit - 1];
    if (oldest !== undefined) capped = Math.max(capped, oldest + lengthMs);
  }
  const open = openFrom(capped, voice.hours, timeZone);
  if (open > capped) return { at: open, blockedBy: 'quiet-hours' };
  if (capped > paused) return { at: capped, blockedBy: 'cap' };
  return { at: paused, blockedBy: paused > now ? 'pause' : null };
}

/** Whether a mailbox had as many letters that ask to confirm as it may have; nobody can be bombed with them. Null: it had not. */
export function askedEnough(askedAt: readonly number[], now: number): { reason: 'cap'; sentence: string } | null {
  const enough = confirmationLimits.some(
    ({ letters, withinMs }) => askedAt.filter((at) => at > now - withinMs).length >= letters,
  );
  return enough
    ? { reason: 'cap', sentence: 'Not sent: this address was asked to confirm as often as anybody may be.' }
    : null;
}

/** Why a letter has to wait, in the shop's own time; and in the person's, where it is their clock that holds it. */
export function waitSentence(hearing: Hearing, shopZone: string, theirZone: string): string {
  const [shops, theirs] = [shopZone, theirZone].map((zone) => timeOfDay(hearing.at, zone));
  const isTheirs = hearing.blockedBy === 'quiet-hours' && shops !== theirs;
  const until = isTheirs ? `${shops} (${theirs} where they are)` : shops;
  const why: Record<NonNullable<Hearing['blockedBy']>, string> = {
    pause: 'the pause after the last letter is not over',
    cap: 'this person has had as many letters as the shop allows',
    'quiet-hours': 'the shop’s letters do not go out at this hour',
  };
  return hearing.blockedBy ? `Waiting until ${until}: ${why[hearing.blockedBy]}.` : `Waiting until ${until}.`;
}

/** @param law whose demand it is, where each person's own law is followed */
export function neverSentence(reason: LetterReason, law: Law | null = null): string {
  const demand = law === null ? '' : `, and ${demands[law].name} demands ${demandWords[demands[law].agreement]}`;
  const why: Partial<Record<LetterReason, string>> = {
    pause: 'the pause after the last letter lasted longer than this letter made sense',
    cap: 'this person had had as many letters as the shop allows until it made no sense any more',
    'quiet-hours': 'it would have been too late when the shop’s quiet hours ended',
    'too-late': 'when its time came, it was too late for it to make sense',
    'no-address': 'nobody knows this shopper’s address',
    'no-consent': `this person has not agreed to letters${demand}`,
    'hold-out': 'this person belongs to the share that gets no letter, so that what letters bring can be measured',
    'not-confirmed': 'this person was asked to confirm their address and has not done so',
    unsubscribed: 'this person has unsubscribed',
    'scenario-off': 'the scenario was switched off',
    'shop-closed': 'the shop was closed, and what was bought meanwhile is not known',
    'lost-to-another': 'another letter was more important',
  };
  return `Not sent: ${why[reason] ?? 'its occasion is over'}.`;
}

const demandWords = {
  prior: 'it',
  implied: 'that, or an order within two years',
  'opt-out': 'nothing more than an address',
} as const;
