// Triggers: from what a visitor did to the one letter they should get. The façade; neighbours import nothing else.
export type { Decision, LedgerEntry, Situation, Step, TriggerSettings, Verdict, Waiting } from './decide.ts';
export { decide, mayGo, triggerSettingsOf } from './decide.ts';
export type { Ask, HeardConsent } from './person.ts';
export { consentHeard, withPerson } from './person.ts';
export type { Place, Session, Visit } from './session.ts';
export type { Cart, CartLine, OrderPlaced, VisitorState } from './state.ts';
export { absorb, newVisitorState, orderPlaced, record, upgraded, withoutClosed } from './state.ts';
