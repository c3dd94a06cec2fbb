// What every provider is to the rest of the house: it takes one letter and says what became of it. The meaning of the answers is
// the promise: `unreachable`, `later` and `rejected-credentials` are certainly not accepted, `unknown` may have been, and only
// the first three may be sent again.
import type { ProviderTraits } from '@winback/domain';
import type { OutgoingMessage } from '../message.ts';

export type SendOutcome =
  /** `id`: what the provider calls it, where it says so. */
  | { kind: 'accepted'; answer: string; id?: string }
  /** The letter itself was refused: for good (5xx), or for now (4xx). */
  | { kind: 'refused'; permanent: boolean; answer: string }
  /** Too fast, or too much for today: it says nothing about the letter. `perSecond`: how many it takes, where it says so. */
  | { kind: 'later'; afterMs: number; because: string; perSecond?: number }
  /** It refuses us, not the letter: a wrong key, a sender that was not verified there, no credit. */
  | { kind: 'rejected-credentials'; because: string }
  /** The message was not handed over. */
  | { kind: 'unreachable'; because: string }
  /** The message was handed over whole, and the answer never came. */
  | { kind: 'unknown'; because: string };

/** What the provider says of our account without a letter: `cannot-tell` where only a letter would show it. */
export type CheckOutcome = { kind: 'good' } | { kind: 'cannot-tell' } | Exclude<SendOutcome, { kind: 'accepted' }>;

export interface Provider {
  readonly traits: ProviderTraits;
  send(message: OutgoingMessage): Promise<SendOutcome>;
  check(): Promise<CheckOutcome>;
  /** Ends connections that were kept for more letters. */
  close(): void;
}
