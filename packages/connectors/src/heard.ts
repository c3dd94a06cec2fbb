// What a platform's message comes to.

/** An order as the shop's own system knows it. Prices are in the shop's currency and in major units. */
export interface OrderWord {
  order: string;
  status: 'created' | 'completed' | 'cancelled';
  /** When it became so, and when it was placed. */
  at: number;
  placedAt: number;
  email: string | null;
  items: { product: string; quantity: number; price?: number }[];
  total: number | null;
}

/**
 * `event`: an event with its `person`, as `POST /v1/events` takes it; the door parses it. `otherwise`: the browser that stands for
 * this person until somebody knows them. `left`: this address wants no letters
 * since `at`. `forget`: the platform asks to delete a person. `data-request`:
 * a person asks what is known of them. `closed`: the shop left the platform. `not-ours`: nothing that we
 * do anything with. `refused`: what was said cannot be read; `path` is where.
 */
export type Heard =
  | { kind: 'event'; item: Record<string, unknown>; otherwise?: string }
  | { kind: 'order'; word: OrderWord }
  | { kind: 'left'; email: string; at: number }
  | { kind: 'forget'; email: string | null; externalId: string | null }
  | { kind: 'data-request'; email: string | null; externalId: string | null }
  | { kind: 'closed' }
  | { kind: 'not-ours' }
  | { kind: 'refused'; path: string; message: string };
