// A server that stands for Winback and for the storefronts: pages, the built scripts with their settings in front, and a
// door for beacons that reads them by the product's own schema, keeps each event once, and fails when it is told to.
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { Beacon, BeaconEvent } from '@winback/domain';
import { beaconSchema, problemsOf, subscriptionFormDefaults } from '@winback/domain';
import type { ShopConfig } from '../src/config.ts';
import type { FormConfig } from '../src/form/design.ts';

const built = (name: string) => readFileSync(join(import.meta.dirname, '../dist', name), 'utf8').trim();

/** What came to `POST /e`, whatever was answered. */
interface Heard {
  beacon: Beacon;
  bytes: number;
  status: number;
  headers: IncomingMessage['headers'];
}

/** `cut`: the connection ends without an answer. `lost`: stored, and the connection ends all the same. */
export type Answer = 202 | 400 | 429 | 503 | 'cut' | 'lost';

export interface Shop {
  id: string;
  config: Omit<ShopConfig, 'shop' | 'at'>;
  form: FormConfig;
  /** How the next beacon is answered. */
  answer: (beacon: Beacon) => Answer;
  answerAfterMs: number;
  /** Given back in the answer, as for a browser whose cookie names another id. */
  visitor: string | undefined;
  heard: Heard[];
  /** Stored events by id, as the server keeps them: a repeated id changes nothing. */
  stored: Map<string, BeaconEvent>;
  /** Queries of `GET /r`. */
  asked: URLSearchParams[];
  /** Paths of scripts that were fetched. */
  fetched: string[];
  pages: Map<string, { html: string; headers?: Record<string, string> }>;
}

export interface House {
  port: number;
  newShop(more?: Partial<Shop['config']>): Shop;
  close(): Promise<void>;
}

const quiet: Shop['config'] = {
  consent: 'marketing',
  honourGpc: true,
  cookie: 'server',
  sessionIdleMs: 7_200_000,
  capture: { anyField: false, forms: [] },
  form: null,
};

const someProducts = [1, 2, 3].map((n) => ({
  id: `p${n}`,
  name: n === 3 ? '<img src=x onerror=alert(1)>' : `Tent ${n}`,
  url: `http://shop.test.localhost/p/${n}`,
  picture: n === 2 ? null : 'data:image/gif;base64,R0lGODlhAQABAAAAACw=',
  brand: null,
  price: `€${n}9.90`,
  oldPrice: n === 1 ? '€25.00' : null,
  minor: 1990,
  currency: 'EUR',
}));

function corsOf(request: IncomingMessage): Record<string, string> {
  const { origin } = request.headers;
  return origin ? { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' } : {};
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function takeBeacon(shops: Map<string, Shop>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  const read = beaconSchema.safeParse(JSON.parse(body.toString()));
  const cors = corsOf(request);
  if (!read.success) {
    const problems = problemsOf(read.error);
    const words = { code: 'bad-event', message: `${problems[0]?.path}: ${problems[0]?.message}`, problems };
    response.writeHead(400, cors).end(JSON.stringify(words));
    return;
  }
  const shop = shops.get(read.data.shop);
  if (!shop) throw new Error('no such shop');
  const answer = shop.answer(read.data);
  const status = typeof answer === 'number' ? answer : 0;
  shop.heard.push({ beacon: read.data, bytes: body.byteLength, status, headers: request.headers });
  if (answer === 202 || answer === 'lost') for (const event of read.data.events) shop.stored.set(event.id, event);
  await new Promise((resolve) => setTimeout(resolve, shop.answerAfterMs));
  if (status === 0) return void request.socket.destroy();
  const told = { accepted: 1, repeated: 0, ...(shop.visitor ? { visitor: shop.visitor } : {}) };
  response.writeHead(status, cors).end(JSON.stringify(status === 202 ? told : { message: 'scripted' }));
}

function scriptOf(shop: Shop, name: string, at: string): string {
  const config = JSON.stringify({ shop: shop.id, at, ...shop.config });
  if (name === 'form.js') return `{const WF=${JSON.stringify(shop.form)};${built(name)}}`;
  return `{const WB=${config};${built(name)}}`;
}

/** Names of hosts under localhost are this machine, and secure pages, in every browser. */
export async function openHouse(): Promise<House> {
  const shops = new Map<string, Shop>();
  const at = () => `http://mail.test.localhost:${house.port}`;
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname === '/e') return takeBeacon(shops, request, response);
    const shop = shops.get(url.searchParams.get('shop') ?? '');
    const name = url.pathname.slice(1);
    if (!shop && name === 't.js') {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(built('loader.js'));
      return;
    }
    if (shop && ['t.js', 'form.js', 'block.js'].includes(name)) {
      shop.fetched.push(name);
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(scriptOf(shop, name, at()));
      return;
    }
    if (shop && name === 'r') {
      shop.asked.push(url.searchParams);
      response
        .writeHead(200, corsOf(request))
        .end(JSON.stringify({ title: 'You may also like', products: someProducts }));
      return;
    }
    const [, id = '', ...path] = url.pathname.split('/');
    const page = shops.get(id)?.pages.get(`/${path.join('/')}`);
    const type = name.endsWith('.js') ? 'text/javascript' : 'text/html; charset=utf-8';
    response.writeHead(page ? 200 : 404, { 'content-type': type, ...page?.headers }).end(page?.html ?? '');
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const house: House = {
    port: typeof address === 'object' && address ? address.port : 0,
    newShop(more = {}) {
      const { on: _on, ...form } = subscriptionFormDefaults;
      const shop: Shop = {
        id: `shop-${shops.size + 1}`,
        config: { ...quiet, ...more },
        form: { language: 'en', color: '#1a6b7c', form, mustConfirm: false, designers: null },
        answer: () => 202,
        answerAfterMs: 0,
        visitor: undefined,
        heard: [],
        stored: new Map(),
        asked: [],
        fetched: [],
        pages: new Map(),
      };
      shops.set(shop.id, shop);
      return shop;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return house;
}
