// What shops' servers and their plugins' settings pages call. All of it takes the shop's secret, but for what a browser may ask
// about its own owner.
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { failedBy, succeeded } from '../answers.ts';
import type { WireEnv } from '../call.ts';
import { callOf } from '../call.ts';
import { noteRefused } from '../refused.ts';
import { noteOf } from '../take.ts';
import { admin } from './admin.ts';
import { catalogue } from './catalogue.ts';
import { orders } from './orders.ts';
import { people } from './people.ts';
import { profiles } from './profiles.ts';
import { segments } from './segments.ts';
import { subscriptions } from './subscriptions.ts';

export const personaclickServer = new Hono<WireEnv>()
  .route('/', people)
  .route('/', orders)
  .route('/', catalogue)
  .route('/', segments)
  .route('/', subscriptions)
  .route('/', profiles)
  .route('/', admin)
  // Searches and calls of a call centre are another product.
  .on(['GET', 'POST'], '/crm/*', async (c) => {
    noteOf(c, await callOf(c), 'not-ours');
    return succeeded(c);
  })
  .onError((error, c) => {
    if (!(error instanceof HTTPException)) throw error;
    noteRefused(c, error);
    return failedBy(c, error);
  });
