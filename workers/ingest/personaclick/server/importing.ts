// One import from beginning to end: read, authorised, done, and told to the shop's own server where the call names a `webhook`.
// The original answered at once and told the webhook later; here both say how it really went.
import type { ShopId } from '@winback/domain';
import { newToken } from '@winback/domain';
import { HTTPException } from 'hono/http-exception';
import type { Env } from '../../../env.ts';
import { noteDrop } from '../../../events.ts';
import type { DoorNote } from '../../watched.ts';
import type { WireCall, WireContext } from '../call.ts';
import { textIn } from '../params.ts';
import { show } from '../show.ts';
import type { RefusedItem } from './batch.ts';
import { reportOf } from './batch.ts';
import type { ImportCall } from './import-call.ts';
import { importCallOf } from './import-call.ts';

export interface Imported {
  answer: Response;
  accepted: number;
  refused: readonly RefusedItem[];
}

/** Does `work` with a call of the shop's server. What it throws is told to the webhook too. */
export async function importing(c: WireContext, work: (call: ImportCall) => Promise<Imported>): Promise<Response> {
  const call = await importCallOf(c);
  const { shop } = call;
  try {
    const { answer, ...done } = await work(call);
    const url = webhookIn(c, call);
    if (url !== null) await tellLater(c.env, { shop, url, body: wordOf(done) });
    show(c, call, () => [noteOn(c, done)]);
    return answer;
  } catch (error) {
    const url = error instanceof HTTPException ? webhookIn(c, call) : null;
    if (url !== null && error instanceof HTTPException) {
      await tellLater(c.env, { shop, url, body: { status: 'error', message: error.message } });
    }
    throw error;
  }
}

function noteOn(c: WireContext, { accepted, refused }: Omit<Imported, 'answer'>): DoorNote {
  const problems = refused.slice(0, 5).map(({ index, message }) => ({ path: `${index}`, code: 'item', message }));
  const payload = `${c.req.method} ${c.req.path}: ${accepted} taken, ${refused.length} with problems`;
  const state = accepted === 0 && refused.length > 0 ? 'refused' : 'stored';
  return { type: null, state, reason: state === 'refused' ? 'bad-event' : null, payload, problems };
}

/** In the original's words, and how many items were taken. An import of which nothing was taken has failed. */
function wordOf({ accepted, refused }: Omit<Imported, 'answer'>): object {
  const report = reportOf(accepted, refused);
  const [first] = refused;
  if (!first || accepted > 0) return { status: 'success', ...report };
  return { status: 'error', message: `no item was taken; item ${first.index}: ${first.message}`, ...report };
}

/** The address to tell; an address that is none is told to the merchant, and the import goes on. */
function webhookIn(c: WireContext, { params, shop, now }: WireCall): string | null {
  const text = textIn(params, 'webhook');
  if (text === null || (text.length <= 2_048 && URL.canParse(text) && /^https?:/i.test(text))) return text;
  const problems = [{ path: 'webhook', code: 'address', message: 'this is no address as https://shop.example/hook' }];
  const keepAlive = (work: Promise<unknown>) => c.executionCtx.waitUntil(work);
  noteDrop(c.env, { shop, reason: 'bad-event', sample: c.req.path, problems }, now, keepAlive);
  return null;
}

async function tellLater(env: Env, { shop, url, body }: { shop: ShopId; url: string; body: object }): Promise<void> {
  await env.JOBS.send({ kind: 'call-webhook', shop, call: newToken(), url, body: JSON.stringify(body) });
}
