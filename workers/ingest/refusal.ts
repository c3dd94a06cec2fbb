// The answer to a beacon that was not stored: a stable code, the field's path, the mend; counted for the merchant.
import type { ErrorBody } from '@winback/domain';
import type { Context } from 'hono';
import type { Env } from '../env.ts';
import { noteDrop } from '../events.ts';
import type { Refusal } from './parse.ts';

export function refuseBeacon(c: Context<{ Bindings: Env }>, refusal: Refusal, now: number): Response {
  const { shop, reason, message, problems, sample, status } = refusal;
  if (shop && reason !== 'unknown-shop')
    noteDrop(c.env, { shop, reason, sample, problems }, now, (work) => c.executionCtx.waitUntil(work));
  const body: ErrorBody = { code: reason, message, problems };
  return c.json(body, status, { 'access-control-allow-origin': '*' });
}
