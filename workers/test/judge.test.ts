import { env, exports } from 'cloudflare:workers';
import type { ShopId } from '@winback/domain';
import { trafficDefaults } from '@winback/domain';
import crawlers from 'crawler-user-agents';
import topAgents from 'top-user-agents';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { judge } from '../ingest/judge.ts';
import { emptyD1 } from './database.ts';
import { beacon, deviceAt, event, newShop, newVisitor } from './storefront.ts';

const phone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1';

function from(headers: Record<string, string>, cf: Record<string, unknown> = {}): Request {
  return new Request('https://winback.test/e', { method: 'POST', headers, cf });
}

function agent(userAgent: string): Request {
  return from({ 'user-agent': userAgent });
}

describe('a beacon is not wanted', () => {
  it('from 99 of 100 crawlers of the public list', () => {
    const known = crawlers.flatMap((crawler) => crawler.instances);
    const missed = known.filter((one) => judge(agent(one), trafficDefaults) !== 'bot');
    expect(known.length).toBeGreaterThan(1_000);
    expect(missed.length / known.length).toBeLessThanOrEqual(0.01);
  });

  it('from a page that the browser loads ahead of its reader', () => {
    for (const headers of [{ 'sec-purpose': 'prefetch;prerender' }, { purpose: 'prefetch' }, { 'x-moz': 'prefetch' }])
      expect(judge(from({ ...headers, 'user-agent': phone }), trafficDefaults)).toBe('prefetch');
  });

  it('from who the edge knows to be a machine', () => {
    const headers = { 'user-agent': phone };
    expect(judge(from(headers, { verifiedBotCategory: 'Search Engine Crawler' }), trafficDefaults)).toBe('bot');
    expect(judge(from(headers, { botManagement: { score: 1 } }), trafficDefaults)).toBe('bot');
    expect(judge(from(headers, { botManagement: { score: 40 } }), trafficDefaults)).toBeNull();
  });

  it.each([
    ['203.0.113.7', '203.0.113.7', 'internal'],
    ['203.0.113.7', '203.0.113.0/24', 'internal'],
    ['203.0.114.7', '203.0.113.0/24', null],
    ['2001:db8::1', '2001:db8::/32', 'internal'],
    ['2001:db9::1', '2001:db8::/32', null],
    ['203.0.113.7', '2001:db8::/32', null],
    ['203.0.113.7', '203.0.113.0/99', null],
    ['no address', '203.0.113.0/24', null],
  ])('from the shop’s own people: %s in %s is %s', (address, network, reason) => {
    const traffic = { ...trafficDefaults, internalAddresses: [network] };
    expect(judge(from({ 'user-agent': phone, 'cf-connecting-ip': address }), traffic)).toBe(reason);
  });
});

it('every browser of the most used ones is wanted, and so is one that does not say what it is', () => {
  const browsers = topAgents.filter((one) => !/bot|spider|crawl|headless/i.test(one));
  expect(browsers.length).toBeGreaterThan(50);
  expect(browsers.filter((one) => judge(agent(one), trafficDefaults) !== null)).toEqual([]);
  expect(judge(from({}), trafficDefaults)).toBeNull();
});

describe('at the door', () => {
  let shop: ShopId;
  beforeAll(async () => {
    await emptyD1();
    shop = await newShop();
  });

  async function post(body: unknown, headers: Record<string, string>): Promise<{ status: number; body: unknown }> {
    const init = { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'text/plain', ...headers } };
    const response = await exports.default.fetch('https://winback.test/e', init);
    return { status: response.status, body: await response.json() };
  }

  it('a crawler is told that it was heard, is counted, and leaves nothing', async () => {
    const browser = newVisitor();
    const answer = await post(beacon(shop, browser, event()), { 'user-agent': 'Googlebot/2.1' });
    expect(answer).toEqual({ status: 202, body: { accepted: 0, repeated: 0, dropped: 'bot' } });
    expect((await deviceAt(shop, browser).timeline()).entries).toEqual([]);
    const drops = async () => (await env.SHOP.getByName(shop).drops()).map(({ reason, count }) => ({ reason, count }));
    await vi.waitFor(async () => expect(await drops()).toContainEqual({ reason: 'bot', count: 1 }), { timeout: 4_000 });
  });

  it('a flood of one browser is told to come again, and other browsers are heard', async () => {
    const browser = newVisitor();
    const statuses = new Set<number>();
    for (let sent = 0; sent < 310; sent += 1) statuses.add((await post(beacon(shop, browser, event()), {})).status);
    expect([...statuses]).toEqual([202, 429]);
    expect((await post(beacon(shop, newVisitor(), event()), {})).status).toBe(202);
  });
});
