// What was wrong with a call, for the merchant's list of drops.
import type { DropReason } from '@winback/domain';
import type { HTTPException } from 'hono/http-exception';
import { noteDrop } from '../../events.ts';
import type { WireContext } from './call.ts';
import { show } from './show.ts';

/** Counts a refused call for its shop, where that much could be read. */
export function noteRefused(c: WireContext, { status, message }: HTTPException): void {
  const shop = c.get('shop');
  if (!shop) return;
  const reason = reasonOf(status, message);
  const problems = [{ path: c.req.path, code: String(status), message }];
  const now = Date.now();
  const drop = { shop, reason, sample: c.get('saying') ?? c.req.path, problems };
  noteDrop(c.env, drop, now, (work) => c.executionCtx.waitUntil(work));
  const type = c.get('saying') || null;
  show(c, { shop, now }, () => [
    { type, state: 'refused', reason, payload: `${c.req.method} ${c.req.path}`, problems },
  ]);
}

function reasonOf(status: number, message: string): DropReason {
  if (status === 413) return 'too-large';
  if (status === 429) return 'rate-limit';
  return message.startsWith('Event') ? 'unknown-event' : 'bad-event';
}
