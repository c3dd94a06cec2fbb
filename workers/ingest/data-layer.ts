// `/datalayer.js`: the reader of a shop's data layer, built by packages/connectors and carried in the Worker itself.
import { Hono } from 'hono';
import { dataLayerScript } from '../connectors.gen.ts';
import type { Env } from '../env.ts';

export const dataLayerRoute = new Hono<{ Bindings: Env }>().get('/datalayer.js', (c) => {
  c.header('content-type', 'text/javascript; charset=utf-8');
  c.header('cache-control', 'public, max-age=3600, stale-while-revalidate=86400');
  c.header('access-control-allow-origin', '*');
  c.header('x-content-type-options', 'nosniff');
  return c.body(dataLayerScript);
});
