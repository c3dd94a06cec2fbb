// A browser that says who it is, and its way home: what it did is handed to the person's home, until the home has said that it
// has it.
import { newToken } from '@winback/domain';
import type { TriggerSettings, VisitorState } from '@winback/engine/triggers';
import type { Env } from '../env.ts';
import { said } from '../said.ts';
import type { Claimed } from './answers.ts';
import { claimed } from './identity.ts';
import type { Keeper } from './keeper.ts';
import { movedOut } from './memory.ts';
import type { OutboxBody } from './storage.ts';

const moveRetryMs = 5_000;

/** What the books did not hear of a device while it was nobody's, and hear from the home that it came to. */
export function broughtHome(
  { profile, cart, wishes, orders }: VisitorState,
  { scenarios }: TriggerSettings,
): OutboxBody[] {
  const kept = scenarios.product_price_decrease.on ? [...(cart?.lines ?? []), ...wishes] : [];
  const products = kept.map(({ product }) => product);
  return [
    ...(profile ? [{ kind: 'profile' as const, fields: profile }] : []),
    ...(orders.length > 0 ? [{ kind: 'brought' as const, orders: orders.map(({ id }) => id) }] : []),
    ...(products.length > 0 ? [{ kind: 'kept' as const, products: [...new Set(products)] }] : []),
  ];
}

export class Moves {
  readonly #env: Env;
  readonly #keeper: Keeper;

  constructor(of: { env: Env; keeper: Keeper }) {
    this.#env = of.env;
    this.#keeper = of.keeper;
  }

  /** Moves out where what speaks for the claim is enough; `home` is the named person's. */
  hearClaim({ person, proof }: Claimed, home: string, now: number): void {
    const { memory } = this.#keeper;
    const { events = 0, letterTo } = memory.state.session ?? {};
    const made = { person: person.id, proof: letterTo === person.id ? 'proven' : proof, events } as const;
    const { named, joins } = claimed(memory.named, made, now);
    this.#keeper.change({ named });
    if (!joins) return;
    this.#keeper.change(movedOut(this.#keeper.memory, { id: newToken(), to: home, person }));
    this.#keeper.book('move', now);
  }

  /** Hands over what is still to be handed over, oldest first. */
  async deliver(): Promise<void> {
    for (const move of this.#keeper.memory.moves) {
      try {
        await this.#env.VISITOR.getByName(move.to).absorb({ name: move.to, move });
      } catch (error) {
        console.warn('a move will be tried again', { error: said(error) });
        this.#keeper.book('move', Date.now() + moveRetryMs);
        return this.#keeper.save();
      }
      this.#keeper.change({ moves: this.#keeper.memory.moves.filter((one) => one.id !== move.id) });
    }
    const { moves, alarms } = this.#keeper.memory;
    if (moves.length > 0 || alarms.move === undefined) return;
    this.#keeper.book('move', null);
    await this.#keeper.save();
  }
}
