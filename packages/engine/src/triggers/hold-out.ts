// Who gets nothing, so that it can be measured what letters bring: a stable share of people for each scenario.
import type { PersonId, ScenarioCode } from '@winback/domain';

const shares = 10_000;

/** Whether this person is held out of a scenario. The same people as long as the share does not shrink. @param percent 0 to 100 */
export function isHeldOut(person: PersonId, scenario: ScenarioCode, percent: number): boolean {
  return fnv1a(`${scenario}:${person}`) % shares < percent * (shares / 100);
}

/** FNV-1a, 32 bits (draft-eastlake-fnv), with a last mix so that neighbours in name are none in value (MurmurHash3's finaliser). */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
