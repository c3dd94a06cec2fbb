// What a Visitor is told and what it answers, over RPC.
import type { BeaconEvent, Consent, LetterReason, PersonId, TimelineEntry } from '@winback/domain';
import type { Proof } from '@winback/engine/consent';
import type {
  About,
  Ask,
  LetterFacts,
  NamedSupply,
  Place,
  TriggerSettings,
  Visit,
  VisitorState,
} from '@winback/engine/triggers';

export interface Person {
  id: PersonId;
  consent: Consent;
}

export type RecordAnswer =
  /** `home`: where this device points now; null: it is nobody's, or a home. `unproven`: whom it named last and may not join. */
  | { kind: 'stored'; accepted: number; repeated: number; home: string | null; unproven: PersonId | null }
  /** This device has moved in with a person: nothing was stored. Take there the events that it did not take before. */
  | { kind: 'moved'; home: string; events: BeaconEvent[] };

/** Everything a Visitor can tell about its person, newest first. Names of products are the catalogue's business. */
export interface VisitorTimeline {
  /** When the earliest event happened; null: there was none. 0: nobody knows. */
  firstAt: number | null;
  cart: { product: string; quantity: number }[];
  nextAt: number | null;
  /** What led here first, and where they were last. */
  firstSource: VisitorState['firstSource'];
  place: Place | null;
  entries: VisitorEntry[];
}

/** An occasion that may come to a letter: `slot` begins with its scenario. */
export interface WaitingFor {
  slot: string;
  until: number;
  sentence: string;
}

export interface VisitorEntry {
  at: number;
  kind: TimelineEntry['kind'];
  product?: string;
  category?: string;
  query?: string;
  order?: string;
  change?: 'full' | 'add' | 'remove' | 'emptied';
  waitsFor?: 'back-in-stock' | 'price-drop';
  quantity?: number;
  source?: string;
  letter?: string;
  sentence?: string;
}

export type Brief =
  | {
      kind: 'compose';
      person: PersonId;
      /** What the letter is about, as it is now. */
      about: About;
      views: string[];
      ordered: string[];
      scenario: string;
    }
  | { kind: 'confirm'; person: PersonId; scenario: string; ask: Ask }
  /** Not to be sent now; the Visitor knows why and when to ask again. */
  | { kind: 'leave' };

export interface ClaimInput {
  letter: string;
  subject: string;
  /** Of what the letter was written from. */
  rev: number;
  /** The products that the letter is about and shows. */
  shows: readonly string[];
  settings: TriggerSettings;
  /** What the merchant's conditions are judged by; null, or absent: none were asked for. */
  facts?: LetterFacts | null;
  /** The consent as the database has it; absent: the Visitor's own counts. */
  consent?: Consent;
}

export type Claim = { kind: 'go'; attempt: number } | { kind: 'compose-again' } | { kind: 'leave' };

/** A letter may not go before `until`, in milliseconds since 1970: the provider takes no more. */
export interface DeferInput {
  letter: string;
  until: number;
  because: string;
}

/** How an attempt ended. `retry` goes back to waiting until the Visitor's patience ends. */
export type Settlement =
  | { kind: 'sent' }
  | { kind: 'refused'; permanent: boolean; answer: string }
  | { kind: 'unreachable'; because: string }
  | { kind: 'unknown'; because: string }
  /** The provider takes no more for now, or refuses the shop's account: it says nothing about the letter, which waits. */
  | { kind: 'later' | 'rejects-us'; afterMs: number; because: string }
  /** Not now, through no fault of the letter: it waits until then, and no try is counted. */
  | { kind: 'held'; until: number; reason: 'sending-paused'; sentence: string }
  | {
      kind: 'suppressed';
      reason: Extract<
        LetterReason,
        | 'no-address'
        | 'no-consent'
        | 'not-confirmed'
        | 'confirmed'
        | 'unsubscribed'
        | 'nothing-to-show'
        | 'template'
        | 'lost-to-another'
        | 'order-cancelled'
        | 'sold-out'
        | 'price-back-up'
        | 'bounced'
        | 'complained'
        | 'suppressed'
        | 'cap'
      >;
      sentence: string;
    };

/** `name`: of the home; `person`: whose it is, as the database has them. */
export interface SuppliedInput {
  name: string;
  person: Person;
  supplies: readonly NamedSupply[];
}

export interface RecordInput {
  name: string;
  events: BeaconEvent[];
  visit: Visit;
  /** Who the browser says it is, as the database knows them, and what speaks for it; null: nothing new was said. */
  claim: Claimed | null;
  /** For events whose ids are made from when they were said: the id of the same words a little earlier. */
  repeats?: Repeats;
}

/** By an event's id: it is a repetition too where `earlier` was taken within `withinMs`. */
export type Repeats = Record<string, { earlier: string; withinMs: number }>;

export interface Claimed {
  person: Person;
  proof: Proof;
}
