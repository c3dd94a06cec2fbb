// What people who got a letter see. GET changes nothing: mail scanners open every link. Only POST acts.
import { Hono } from 'hono';
import type { Env } from '../env.ts';
import { confirm } from './confirm.ts';
import { logo } from './logo.ts';
import { rate } from './rate.ts';
import type { PagesContext } from './token.ts';
import { touches } from './touches.ts';
import { unsubscribing } from './unsubscribe.ts';
import { view } from './view.ts';

export const pages = new Hono<{ Bindings: Env }>()
  .use('/u/*', protect)
  .use('/c/*', protect)
  .use('/o/*', protect)
  .use('/confirm/*', protect)
  .use('/rate/*', protect)
  .route('/', confirm)
  .route('/', touches)
  .route('/', unsubscribing)
  .route('/', rate)
  .route('/', view)
  .route('/', logo);

/** Tokens stand in these addresses: nobody else may hear of them, and nobody may keep the page. */
async function protect(c: PagesContext, next: () => Promise<void>): Promise<void> {
  await next();
  c.header('referrer-policy', 'no-referrer');
  c.header('cache-control', 'no-store');
  c.header('x-robots-tag', 'noindex');
  c.header('x-content-type-options', 'nosniff');
  c.header(
    'content-security-policy',
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
  );
}
