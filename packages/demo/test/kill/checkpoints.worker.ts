// The product with a checkpoint before and after every call between its parts: the harness hears where the Worker is, and
// may kill it there. Nothing of the product is changed, left out or done in another order.
import product, { Shop as ProductShop, Visitor as ProductVisitor } from 'the-product';

type Stub = Record<string, (...input: unknown[]) => Promise<unknown>>;

interface Bindings {
  CHECKPOINTS: string;
  VISITOR: { getByName(name: string): Stub };
  SHOP: { getByName(name: string): Stub };
  EVENTS: { send(message: unknown): Promise<unknown> };
  LETTERS: { send(message: unknown): Promise<unknown> };
  JOBS: { send(message: unknown): Promise<unknown> };
}

const watched = new WeakMap<Bindings, Bindings>();

/** The same object for the same bindings: the product keeps what it parsed by it. */
function watch(env: Bindings): Bindings {
  const known = watched.get(env);
  if (known) return known;
  const made: Bindings = {
    ...env,
    VISITOR: { getByName: (name) => watchedStub(env, 'VISITOR', env.VISITOR.getByName(name)) },
    SHOP: { getByName: (name) => watchedStub(env, 'SHOP', env.SHOP.getByName(name)) },
    EVENTS: { send: (message) => between(env, 'EVENTS.send', () => env.EVENTS.send(message)) },
    LETTERS: { send: (message) => between(env, 'LETTERS.send', () => env.LETTERS.send(message)) },
    JOBS: { send: (message) => between(env, 'JOBS.send', () => env.JOBS.send(message)) },
  };
  watched.set(env, made);
  return made;
}

function watchedStub(env: Bindings, binding: string, stub: Stub): Stub {
  return new Proxy<Stub>(
    {},
    {
      get: (_nothing, method) =>
        typeof method === 'string' && method !== 'then'
          ? (...input: unknown[]) => between(env, `${binding}.${method}`, () => stub[method]?.(...input))
          : undefined,
    },
  );
}

async function between(env: Bindings, call: string, run: () => Promise<unknown> | undefined): Promise<unknown> {
  await reach(env, `${call} begins`);
  const answer = await run();
  await reach(env, `${call} ends`);
  return answer;
}

async function reach(env: Bindings, point: string): Promise<void> {
  await fetch(`${env.CHECKPOINTS}/checkpoint/${encodeURIComponent(point)}`);
}

export class Visitor extends ProductVisitor {
  constructor(ctx: unknown, env: Bindings) {
    super(ctx, watch(env));
  }
}

export class Shop extends ProductShop {
  constructor(ctx: unknown, env: Bindings) {
    super(ctx, watch(env));
  }
}

export { Sender, ShopPulse } from 'the-product';

export default {
  fetch: (request: Request, env: Bindings, ctx: unknown) => product.fetch(request, watch(env), ctx),
  queue: (batch: unknown, env: Bindings, ctx: unknown) => product.queue(batch, watch(env), ctx),
};
