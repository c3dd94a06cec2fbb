// How a script is answered: kept for five minutes, and served old while a new one is fetched.
import type { Context } from 'hono';
import type { Env } from '../env.ts';

export function serveScript(c: Context<{ Bindings: Env }>, text: string, cache?: string): Response {
  return c.body(text, 200, {
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': cache ?? 'public, max-age=300, stale-while-revalidate=86400',
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'x-content-type-options': 'nosniff',
  });
}

/** Does nothing but tell the developer once. A 404 would tell less: browsers do not run its body. */
export function unknownShopScript(c: Context<{ Bindings: Env }>, name: string): Response {
  const words = `winback: there is no shop ${name.slice(0, 64)}: copy the snippet from Settings, Install`;
  const text = `(()=>{if(!window.winbackSaid)console.warn(${JSON.stringify(words)});window.winbackSaid=1})();`;
  return serveScript(c, text, 'public, max-age=30');
}
