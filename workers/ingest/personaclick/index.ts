// PersonaClick's wire: what its plugins, scripts and apps send when a shop changes one host name. Their words end here; behind
// it are ours. What belongs to products that we do not make is answered with an empty, valid body, and counted.
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { preflight } from '../cors.ts';
import { failedBy } from './answers.ts';
import type { WireEnv } from './call.ts';
import { init } from './init.ts';
import { letters } from './letters.ts';
import { notOurs } from './not-ours.ts';
import { products } from './products.ts';
import { profile } from './profile.ts';
import { push } from './push.ts';
import { recommend } from './recommend.ts';
import { noteRefused } from './refused.ts';
import { script } from './script.ts';
import { styles } from './styles.ts';
import { subscriptions } from './subscriptions.ts';
import { watches } from './watches.ts';

export const personaclick = new Hono<WireEnv>()
  .options('*', (c, next) => (/^\/(api|v1|hooks)\//.test(c.req.path) ? next() : Promise.resolve(preflight(c.req.raw))))
  .route('/', push)
  .route('/', init)
  .route('/', recommend)
  .route('/', subscriptions)
  .route('/', watches)
  .route('/', profile)
  .route('/', products)
  .route('/', letters)
  .route('/', script)
  .route('/', styles)
  .route('/', notOurs)
  .onError((error, c) => {
    if (!(error instanceof HTTPException)) throw error;
    noteRefused(c, error);
    return failedBy(c, error);
  });
