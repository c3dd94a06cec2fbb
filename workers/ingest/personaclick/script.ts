// `/v3.js`: a client that speaks as PersonaClick's, built by packages/tracker. It learns its shop from the page's `init`.
import { Hono } from 'hono';
import type { Env } from '../../env.ts';
import { serveScript } from '../script.ts';
import { personaclickScript } from '../tracker.gen.ts';

export const script = new Hono<{ Bindings: Env }>().get('/v3.js', (c) => serveScript(c, personaclickScript));
