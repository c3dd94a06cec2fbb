// The answers of PersonaClick's wire, in every form that its clients read: old ones look at `message`, new ones at
// `payload.message`. Every answer may be read by the page that asked (credentials, the exact origin).
import type { Context } from 'hono';
import type { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { corsFor } from '../cors.ts';
import { retryAfterSeconds } from '../limits.ts';
import type { WireEnv } from './call.ts';

type WireContext = Context<WireEnv>;

/** `{"status":"success"}`, and `more` beside it. */
export function succeeded(c: WireContext, more: Record<string, unknown> = {}): Response {
  return answered(c, { status: 'success', ...more });
}

/** Any body as JSON. */
export function answered(c: WireContext, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    headers: { 'content-type': 'application/json', ...corsFor(c.req.raw), ...headers },
  });
}

/** 204 with no body: Shopware's and Magento's plugins take nothing else for success where the original answered so. */
export function answeredEmpty(c: WireContext): Response {
  return new Response(null, { status: 204, headers: corsFor(c.req.raw) });
}

/** Both forms of the original's errors in one. */
export function failed(c: WireContext, status: ContentfulStatusCode, message: string): Response {
  return new Response(JSON.stringify({ status: 'error', message, payload: { message } }), {
    status,
    headers: {
      'content-type': 'application/json',
      ...corsFor(c.req.raw),
      ...(status === 429 ? { 'retry-after': String(retryAfterSeconds) } : {}),
    },
  });
}

export function failedBy(c: WireContext, error: HTTPException): Response {
  return failed(c, error.status, error.message);
}
