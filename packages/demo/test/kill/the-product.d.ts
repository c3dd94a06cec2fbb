// The Worker's entry as the checkpoints see it. The bundler puts `workers/index.ts` in its place.
declare module 'the-product' {
  export class Visitor {
    constructor(ctx: unknown, env: object);
  }
  export class Shop {
    constructor(ctx: unknown, env: object);
  }
  export class ShopPulse {
    constructor(ctx: unknown, env: object);
  }
  export class Sender {
    constructor(ctx: unknown, env: object);
  }
  const worker: {
    fetch(request: Request, env: object, ctx: unknown): Response | Promise<Response>;
    queue(batch: unknown, env: object, ctx: unknown): Promise<void>;
  };
  export default worker;
}
