// Whom a browser named, and whether what it did may join them.
import type { PersonId } from '@winback/domain';
import type { Proof } from '@winback/engine/consent';
import { mayJoin } from '@winback/engine/consent';

/** A person whom this browser named, and whether it belonged to them for a while. */
export interface Named {
  person: PersonId;
  at: number;
  joined: boolean;
}

const rememberMs = 30 * 86_400_000;
const mostRemembered = 10;

/** What this browser has named with a new claim on top; the claim joins where the engine says so, or did before. */
export function claimed(
  named: readonly Named[],
  claim: { person: PersonId; proof: Proof; events: number },
  now: number,
): { named: Named[]; joins: boolean } {
  const lately = named.filter(({ at }) => at > now - rememberMs);
  const before = lately.find(({ person }) => person === claim.person);
  const others = lately.filter(({ person }) => person !== claim.person);
  const joins =
    before?.joined === true || mayJoin({ proof: claim.proof, events: claim.events, people: others.length + 1 });
  return { named: [{ person: claim.person, at: now, joined: joins }, ...others].slice(0, mostRemembered), joins };
}

/** Whom a browser that belongs to nobody named last, without proof. */
export function unprovenOf(named: readonly Named[], home: string | null): PersonId | null {
  const [last] = named;
  return home === null && last && !last.joined ? last.person : null;
}
