// A person's letters as far as a decision needs them, so that a simulation of years stays small.
import type { LedgerEntry } from '../triggers/index.ts';

export const keepEntries = 500;
/** Caps look a week back, requests to confirm 90 days; an occasion lasts 60 days at most. */
const keepMs = 91 * 86_400_000;

/** The ledger with this entry in place of the slot's older one. What speaks of the open cart stays: no cart gets its letter twice. */
export function ledgerWith(ledger: readonly LedgerEntry[], entry: LedgerEntry, cart: string | null): LedgerEntry[] {
  const isKept = (one: LedgerEntry) =>
    one.state === 'waiting' || one.at > entry.at - keepMs || (cart !== null && one.slot.endsWith(`:${cart}`));
  const others = ledger.filter((one) => one.slot !== entry.slot && isKept(one));
  return [...others.slice(-keepEntries), entry];
}
