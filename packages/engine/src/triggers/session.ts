// A visitor's session, and what is known of where they are and what led them here.
import type { PersonId } from '@winback/domain';
import type { DeviceClass, Source } from '../traffic/index.ts';

/** What the edge and the page's address tell of one beacon. Kept with its events, so that they can be told again. */
export interface Visit {
  /** Silence after which a new session begins. */
  idleMs: number;
  /** Two letters of ISO 3166-1. */
  country?: string;
  /** An IANA name. */
  timeZone?: string;
  device?: DeviceClass;
  source?: Source;
  /** They came by a link of a letter to this person. A letter may be forwarded: it proves a claim, and makes none. */
  letterTo?: PersonId;
  /** `analytics`: the shopper allows counting and no more: nothing that they do may lead to a letter. */
  allowed?: 'analytics';
  /** Told by the shop's own server: it is no sign of a browser. */
  by?: 'server';
}

/** Whom a letter led here, and when they were last seen in that session. */
interface Led {
  to: PersonId;
  lastAt: number;
}

export interface Session {
  startedAt: number;
  lastAt: number;
  events: number;
  /** What led to this session: the first that was told. */
  source?: Source | null;
  /** By a letter to this person they came in, at some moment of this session. */
  letterTo?: PersonId | null;
  /** The last of the sessions before that a letter led to. */
  byLetter?: Led | null;
}

/** Where the visitor was last, as far as the edge knows. */
export interface Place {
  country?: string;
  timeZone?: string;
  device?: DeviceClass;
}

/** `at` is absent where it was not kept yet. */
export interface FirstSource extends Source {
  at?: number;
}

interface Known {
  firstAt: number | null;
  firstSource: FirstSource | null;
}

/** What led here first, of all that was told. A letter brings back who was here before: it led nobody here first. */
export function firstSourceAfter(known: Known, { source }: Visit, at: number): FirstSource | null {
  const came = source && (source.kind !== 'letter' || known.firstAt === null) ? { ...source, at } : null;
  return known.firstSource ?? came;
}

/** The same where a browser joins a person. */
export function joinedFirstSource(home: Known, device: Known): FirstSource | null {
  const came = device.firstSource?.kind === 'letter' && home.firstAt !== null ? null : device.firstSource;
  return home.firstSource ?? came;
}

/** The session after an event at `at`. An event that comes late belongs to the session that is open. */
export function sessionAfter(session: Session | null, at: number, visit: Visit): Session {
  const source = visit.source ?? null;
  const letterTo = visit.letterTo ?? null;
  if (session === null || at - session.lastAt > visit.idleMs)
    return { startedAt: at, lastAt: at, events: 1, source, letterTo, byLetter: lastLed(session) };
  return {
    ...session,
    lastAt: Math.max(session.lastAt, at),
    events: session.events + 1,
    source: session.source ?? source,
    letterTo: letterTo ?? session.letterTo ?? null,
  };
}

/** The last session that a letter led to: this one, or one before. */
export function lastLed(session: Session | null): Led | null {
  if (session?.letterTo) return { to: session.letterTo, lastAt: session.lastAt };
  return session?.byLetter ?? null;
}

export function laterSession(one: Session | null, other: Session | null): Session | null {
  if (!one || !other) return one ?? other;
  const [later, earlier] = one.lastAt >= other.lastAt ? [one, other] : [other, one];
  const [led, before] = [lastLed(later), lastLed(earlier)];
  return (before?.lastAt ?? 0) > (led?.lastAt ?? 0) ? { ...later, byLetter: before } : later;
}

export function placeAfter(place: Place | null, { country, timeZone, device, by }: Visit): Place | null {
  if (by === 'server' || (!country && !timeZone && !device)) return place;
  const next = {
    ...place,
    ...(country ? { country } : {}),
    ...(timeZone ? { timeZone } : {}),
    ...(device ? { device } : {}),
  };
  const same =
    place && next.country === place.country && next.timeZone === place.timeZone && next.device === place.device;
  return same ? place : next;
}
