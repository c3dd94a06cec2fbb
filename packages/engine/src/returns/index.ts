// What follows from mail that comes back: when an address is given up, and when a shop has to look before it writes on. Pure.
import type { BounceKind } from '@winback/domain';

export interface Bounced {
  kind: BounceKind | null;
  at: number;
}

const dayMs = 86_400_000;
/** A full mailbox is emptied, a server comes back: only who bounces again and again, for a week, is given up. */
const softLimit = { bounces: 3, spanMs: 7 * dayMs };
const unclearLimit = 2;

/**
 * Whether no letter goes to an address any more. `bounces` are those since the last letter that arrived, or in which its reader
 * clicked, the newest first. What a receiver refuses for the sender's sake (`policy`) says nothing of the address.
 */
export function givenUp(bounces: readonly Bounced[]): 'hard' | 'soft' | null {
  if (bounces.some(({ kind }) => kind === 'hard')) return 'hard';
  const unclear = bounces.filter(({ kind }) => kind === 'unclear');
  if (unclear.length >= unclearLimit) return 'hard';
  const soft = bounces.filter(({ kind }) => kind === 'soft' || kind === 'unclear').map(({ at }) => at);
  return soft.length >= softLimit.bounces && Math.max(...soft) - Math.min(...soft) >= softLimit.spanMs ? 'soft' : null;
}

export interface SendingFigures {
  sent: number;
  /** For good, unclear or for policy; not those that were only put off. */
  bounced: number;
  complained: number;
}

export type SendingVerdict =
  | { level: 'fine' }
  | { level: 'warn' | 'pause'; because: 'bounces' | 'complaints'; words: string };

/** How far back is looked. */
export const sendingWindowMs = 7 * dayMs;
/** Small shops are judged as if they had sent so many: one complaint of ten letters is no rate. */
const least = { forBounces: 100, forComplaints: 1_000 };
/** Mailbox providers draw the line for complaints at 0.1 and 0.3 per cent (Google, Email sender guidelines). */
const limits = { bounces: { warn: 0.05, pause: 0.1 }, complaints: { warn: 0.001, pause: 0.003 } };

/** Whether a shop's letters may go on as they do. */
export function sendingVerdict({ sent, bounced, complained }: SendingFigures): SendingVerdict {
  const complaints = complained / Math.max(sent, least.forComplaints);
  const bounces = bounced / Math.max(sent, least.forBounces);
  if (complaints >= limits.complaints.pause) return of('pause', 'complaints', complained, sent);
  if (bounces > limits.bounces.pause) return of('pause', 'bounces', bounced, sent);
  if (complaints >= limits.complaints.warn) return of('warn', 'complaints', complained, sent);
  if (bounces > limits.bounces.warn) return of('warn', 'bounces', bounced, sent);
  return { level: 'fine' };
}

function of(
  level: 'warn' | 'pause',
  because: 'bounces' | 'complaints',
  count: number,
  sent: number,
): Extract<SendingVerdict, { words: string }> {
  const share = `${count} of the last ${Math.max(sent, count)} letters (${percent(count / Math.max(sent, count, 1))})`;
  const words = {
    bounces: `${share} came back. Look whether people typed these addresses, or a list was imported.`,
    complaints: `${share} were reported as spam. Look who gets letters without having asked for them, and how often.`,
  };
  return { level, because, words: words[because] };
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}
