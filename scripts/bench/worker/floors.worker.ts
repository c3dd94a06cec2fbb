// What the platform itself costs, for the product to be measured against: an answer without a body, and one row in one
// object for each request.
import { DurableObject } from 'cloudflare:workers';
import { Hono } from 'hono';

export interface FloorEnv {
  FLOOR: DurableObjectNamespace<Floor>;
}

export class Floor extends DurableObject<FloorEnv> {
  constructor(ctx: DurableObjectState, env: FloorEnv) {
    super(ctx, env);
    ctx.storage.sql.exec('CREATE TABLE IF NOT EXISTS rows (n INTEGER PRIMARY KEY, body TEXT NOT NULL)');
  }

  insert(body: string): void {
    this.ctx.storage.sql.exec('INSERT INTO rows (body) VALUES (?1)', body);
  }
}

export default new Hono<{ Bindings: FloorEnv }>()
  .post('/nothing', (c) => c.body(null, 204))
  .post('/insert/:visitor', async (c) => {
    await c.env.FLOOR.getByName(c.req.param('visitor')).insert(await c.req.text());
    return c.body(null, 204);
  });
