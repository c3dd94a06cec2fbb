// Whose browser is it? Anybody can type anybody's address, so a browser's word alone does not join what it did to a person
// whom others have named before. See docs/decisions/0006-who-a-browser-is.md.

/**
 * How we come to believe that a browser belongs to a person. `first`: nobody had named this address before. `proven`: the shop's
 * own server said so, or the browser came here by a letter to that person. `agreed`: the shopper ticked a box beside the
 * address. `bought`: an order was placed with it. `named`: it was typed, and no more.
 */
export type Proof = 'first' | 'proven' | 'agreed' | 'bought' | 'named';

export interface IdentityClaim {
  proof: Proof;
  /** What this browser did in its open session before and with the claim. */
  events: number;
  /** Different people whom this browser named in the last thirty days, the one of this claim among them. */
  people: number;
}

/** A person who shops does more than type an address. */
const leastEvents = 3;
/** A household shares a computer; who names more people than this is trying addresses. */
const mostPeople = 2;

/** Whether the browser's past and cart may join the person's. If not, they stay the browser's own, for a later proof. */
export function mayJoin({ proof, events, people }: IdentityClaim): boolean {
  if (proof === 'proven') return true;
  if (proof === 'named' || people > mostPeople) return false;
  return proof === 'first' || events >= leastEvents;
}
