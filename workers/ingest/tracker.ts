// `/t.js`: the storefront script, built by packages/tracker and carried in the Worker itself.
import { Hono } from 'hono';
import type { Env } from '../env.ts';
import { trackerScript } from './tracker.gen.ts';

export const trackerRoute = new Hono<{ Bindings: Env }>().get('/t.js', (c) => {
  c.header('content-type', 'text/javascript; charset=utf-8');
  c.header('cache-control', 'public, max-age=3600, stale-while-revalidate=86400');
  c.header('access-control-allow-origin', '*');
  c.header('x-content-type-options', 'nosniff');
  return c.body(trackerScript);
});
