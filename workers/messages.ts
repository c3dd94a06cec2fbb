// Every queue message: the list of all background work. Each may come twice and in any order; the truth is elsewhere.
import type { BeaconEvent, LetterFact, LetterTouch, MailReport, PersonId, ShopId } from '@winback/domain';
import type { AlertKind, Visit } from '@winback/engine/triggers';
import { z } from 'zod';
import type { Brief } from './visitor/answers.ts';

/**
 * One row of a Visitor's outbox: a beacon's accepted events, a step in a letter's life, what a device knew of the person, what lay in
 * its cart and on its wish list when it came home, orders that it brought there, or products that a letter told of, for which nobody
 * waits any more.
 */
export type OutboxRow =
  | {
      seq: number;
      kind: 'beacon';
      at: number;
      events: BeaconEvent[];
      seenWith: Record<string, string[]>;
      visit: Visit;
      /** When the session of these events began; absent where the shop's server told of them. */
      sessionAt?: number;
    }
  | { seq: number; kind: 'letter'; at: number; fact: LetterFact }
  | { seq: number; kind: 'profile'; at: number; fields: Record<string, unknown> }
  | { seq: number; kind: 'kept'; at: number; products: string[] }
  | { seq: number; kind: 'brought'; at: number; orders: string[] }
  | { seq: number; kind: 'answered'; at: number; waitsFor: AlertKind; products: string[] };

/** `events`: what a Visitor's outbox holds after `from`, in order. The Shop counts each `seq` of a Visitor once. */
export interface EventsMessage {
  shop: ShopId;
  /** The name of the Visitor (`deviceName` or `homeName`). */
  visitor: string;
  /** Whose home this is; null for a device: its letters' steps are counted, not listed. */
  person: PersonId | null;
  rows: OutboxRow[];
}

/** `letters`: a letter that waits may be due. A hint: the Visitor decides. */
export interface LetterMessage {
  shop: ShopId;
  visitor: string;
  letter: string;
  /** What it may be written from, as it was when this was sent; absent where the message was parked meanwhile. */
  brief?: Brief;
}

/** `returns`: somebody touched a letter, or a mail system told of one. `shop` null: nobody knows yet whose letter it is. */
export type ReturnMessage =
  | { kind: 'touch'; shop: ShopId; touch: LetterTouch }
  | { kind: 'report'; shop: ShopId | null; source: string; report: MailReport };

/** `jobs`: everything else. */
export const jobMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('import-feed'), shop: z.string(), import: z.string() }),
  z.object({ kind: z.literal('publish-recommendations'), shop: z.string() }),
  /** Looks for pictures of products, from a row of the catalogue on. */
  z.object({ kind: z.literal('look-for-pictures'), shop: z.string(), after: z.number().int() }),
  /** The shop's system told of these orders: they may have twins, and they stop what waits for their buyers. */
  z.object({ kind: z.literal('orders-told'), shop: z.string(), orders: z.array(z.string()) }),
  /** The consent of these people is another since the shop's system said so. */
  z.object({ kind: z.literal('consent-told'), shop: z.string(), people: z.array(z.string()) }),
  /** The feed needs its merchant: the schedule rests after many failures, or an import waits. `to`: these owners only. */
  z.object({
    kind: z.literal('tell-owners'),
    shop: z.string(),
    import: z.string(),
    why: z.enum(['paused', 'waiting']),
    to: z.array(z.string()).optional(),
  }),
  /** Something happened to products: who waits for it is told, from where the last telling ended. */
  z.object({ kind: z.literal('tell-watchers'), shop: z.string() }),
  /** The merchant wants changed settings to count at once: whoever a letter waits for is looked at again, from this person on. */
  z.object({ kind: z.literal('apply-settings'), shop: z.string(), after: z.string() }),
  /** What the letters of each scenario brought is added up. */
  z.object({ kind: z.literal('weigh-scenarios'), shop: z.string() }),
  /** Learns how products are bought again, after one of them; `''`: from the beginning. */
  z.object({ kind: z.literal('learn-habits'), shop: z.string(), after: z.string() }),
  /** These people are told what they are about to run out of; everybody who ordered is, after one of them. */
  z.object({ kind: z.literal('tell-supplies'), shop: z.string(), people: z.array(z.string()) }),
  z.object({ kind: z.literal('tell-buyers'), shop: z.string(), after: z.string() }),
  /** Settings are tried on the past, from where that stopped. */
  z.object({ kind: z.literal('simulate'), shop: z.string(), simulation: z.string() }),
  /** Days whose people can be compared by now are measured, from where the last message ended. */
  z.object({ kind: z.literal('measure-lift'), shop: z.string(), from: z.number().int().optional() }),
  z.object({ kind: z.literal('erase-person'), shop: z.string(), erasure: z.string() }),
  /** The shop's server wants to hear how its import went: `body` is JSON. `call` tells one from the other. */
  z.object({ kind: z.literal('call-webhook'), shop: z.string(), call: z.string(), url: z.string(), body: z.string() }),
  /** A test letter waits in the lake. */
  z.object({ kind: z.literal('test-letter'), shop: z.string(), test: z.string() }),
]);
export type JobMessage = z.infer<typeof jobMessageSchema>;
