// Triggers: from what a visitor did to the one letter they should get. The façade; neighbours import nothing else.
export type { AlertKind, ProductFact } from './alerts.ts';
export { alertAnswered, alertShows, factsTold, isWanted, wantedForMs } from './alerts.ts';
export type { LetterFacts } from './conditions.ts';
export type { Decision, Situation, Step, TriggerSettings, Verdict, Waiting } from './decide.ts';
export { aboutOf, decide, mayGo, triggerSettingsOf } from './decide.ts';
export type { About, LedgerEntry } from './occasion.ts';
export { isPermitted } from './permission.ts';
export type { Ask, HeardConsent } from './person.ts';
export { consentHeard, withPerson } from './person.ts';
export { competes, orderOf, precedenceOf } from './precedence.ts';
export type { Place, Session, Visit } from './session.ts';
export type { Cart, CartLine, OrderPlaced, VisitorState } from './state.ts';
export { absorb, newVisitorState, orderPlaced, record, upgraded, withoutClosed } from './state.ts';
export type { NamedSupply } from './supplies.ts';
export { suppliesTold } from './supplies.ts';
