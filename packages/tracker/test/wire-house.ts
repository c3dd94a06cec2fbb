// A server that stands for the wire's host and for a storefront that calls it as PersonaClick's snippet does: pages, the
// built script, answers as the product gives them, a list of all that was said. It fails when it is told to.
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { join } from 'node:path';

export interface Said {
  method: string;
  path: string;
  fields: Record<string, unknown>;
}

export interface WireHouse {
  port: number;
  said: Said[];
  /** Status of the answer to a call; 0 cuts the connection. */
  status: (said: Said) => number;
  /** Puts a page into the store; answers its address. `snippet` is the name that the page calls. */
  put(path: string, parts: { calls?: string; body?: string; snippet?: string }): string;
  close(): Promise<void>;
}

const did = 'OursOurs00';
const block = '<div class="recommended-items">drawn</div>';

function answerTo({ path }: Said): unknown {
  if (path === '/init') return { did, seance: 'abcdefghij', email_collector: true };
  if (path.startsWith('/recommend/')) return { recommends: ['1', '2'], html: block, title: 'You may like' };
  if (path === '/recommend') return ['1', '2'];
  if (path.startsWith('/products/check')) return true;
  return { status: 'success' };
}

async function saidIn(request: IncomingMessage, url: URL): Promise<Said> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  const fields = body ? (JSON.parse(body) as Said['fields']) : Object.fromEntries(url.searchParams);
  return { method: request.method ?? '', path: url.pathname, fields };
}

export async function openWireHouse(): Promise<WireHouse> {
  const pages = new Map<string, string>();
  const script = readFileSync(join(import.meta.dirname, '../dist/v3.js'), 'utf8');
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const page = pages.get(url.pathname);
    if (page) return void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
    if (url.pathname === '/v3.js')
      return void response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    const said = await saidIn(request, url);
    house.said.push(said);
    const status = house.status(said);
    if (status === 0) return void request.socket.destroy();
    const { origin } = request.headers;
    const cors = origin ? { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' } : {};
    response.writeHead(status, { 'content-type': 'application/json', ...cors }).end(JSON.stringify(answerTo(said)));
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const house: WireHouse = {
    port: typeof address === 'object' && address ? address.port : 0,
    said: [],
    status: () => 200,
    put(path, { calls = '', body = '', snippet = 'personaclick' }) {
      const queue = `window.${snippet}=window.${snippet}||function(){(window.${snippet}.q=window.${snippet}.q||[]).push(arguments)};`;
      const host = `http://api.test.localhost:${house.port}`;
      pages.set(
        path,
        `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Store</title><link rel="icon" href="data:,"><script>${queue}${calls}</script><script async src="${host}/v3.js"></script></head><body><main>${body}</main></body></html>`,
      );
      return `http://shop.test.localhost:${house.port}${path}`;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return house;
}
