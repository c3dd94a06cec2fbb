import { env, exports } from 'cloudflare:workers';
import { feedAccess, importById, makeKey, openD1, putFeedAccess } from '@winback/db';
import type { Feed, FeedTest, ImportReport, ShopId } from '@winback/domain';
import { feedImportSchema, feedLimits, feedSchema, feedTestSchema, importReportSchema } from '@winback/domain';
import type { Email } from 'postal-mime';
import PostalMime from 'postal-mime';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { accessHeaders } from '../feed-access.ts';
import { feedPrefix, importKeys } from '../feed-files.ts';
import { changeLines } from '../feed-report.ts';
import { takeGivenFeed } from '../given-feed.ts';
import { emptyD1 } from './database.ts';
import type { Merchant } from './merchant.ts';
import { ask, newMerchant, origin } from './merchant.ts';
import { brings } from './queue.ts';
import { newShop, token } from './storefront.ts';
import { someOffers, ymlOf } from './yml.ts';

const db = openD1(env.DB);
const odd = (path: string) => `http://${env.ODD_HOST}${path}`;
const soon = { timeout: 20_000, interval: 100 };
// The queue gathers for a second, and a machine may be busy.
vi.setConfig({ testTimeout: 60_000 });
/** Each test has a shop of its own, of one and the same owner. */
let own: Merchant;
let owner: Merchant;
let neighbour: Merchant;

beforeAll(async () => {
  await emptyD1();
  neighbour = await newMerchant({ name: 'Next door' });
  owner = await newMerchant();
});
beforeEach(async () => {
  own = { ...owner, shop: await newShop() };
  await env.DB.prepare(`INSERT INTO memberships SELECT ?1, user_id, role, created_at FROM memberships WHERE shop = ?2`)
    .bind(own.shop, owner.shop)
    .run();
});

async function feedNow(who: Merchant = own): Promise<Feed> {
  return feedSchema.parse((await ask(who, '/feed')).body);
}

function change(body: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
  return ask(own, '/feed', { method: 'PATCH', body });
}

async function tested(body: unknown): Promise<FeedTest> {
  return feedTestSchema.parse((await ask(own, '/feed/test', { method: 'POST', body })).body);
}

function shopObject(shop: ShopId = own.shop) {
  return env.SHOP.getByName(shop);
}

/** Imports once and waits until the Shop knows how it ended. */
async function importedAs(state: string): Promise<string> {
  const { import: id } = await shopObject().importNow({ shop: own.shop });
  await brings('winback-jobs', [{ kind: 'import-feed', shop: own.shop, import: id }]);
  await vi.waitFor(async () => expect((await feedNow()).imports.find((one) => one.id === id)?.state).toBe(state), soon);
  return id;
}

async function mailsTo(address: string): Promise<Email[]> {
  const response = await fetch(`http://${env.OUTSIDE_HOST}/letters?to=${encodeURIComponent(address)}`);
  return Promise.all((await response.json<string[]>()).map((raw) => PostalMime.parse(raw)));
}

/** An import as the job leaves it, with the files of its report. */
async function anImport(shop: ShopId, state: string, more: Record<string, string> = {}): Promise<string> {
  const id = `import-${token()}`;
  await env.DB.prepare(
    `INSERT INTO feed_imports (id, shop, started_at, state, gone, problems, problem_kinds) VALUES (?, ?, ?, ?, 7, 3, ?)`,
  )
    .bind(id, shop, Date.now(), state, '{"no-price":2,"bad-price":1}')
    .run();
  for (const [name, text] of Object.entries(more)) await env.LAKE.put(`${importKeys(shop, id).folder}${name}`, text);
  return id;
}

describe('how a feed is asked', () => {
  const locked = () => odd('/locked');

  it('is kept as it is changed, field by field, and what is not named stays', async () => {
    await change({ url: odd('/offers') });
    await change({ everyMs: 7_200_000 });
    await change({ guards: { gonePercent: 10, repricedPercent: 20 } });
    const now = Date.now();
    const { url, everyMs, guards, nextAt } = await feedNow();
    expect({ url, everyMs, guards }).toEqual({
      url: odd('/offers'),
      everyMs: 7_200_000,
      guards: { gonePercent: 10, repricedPercent: 20 },
    });
    expect(Math.abs(Number(nextAt) - now - 7_200_000)).toBeLessThan(60_000);
  });

  it('imports another address at once, and not an unchanged one', async () => {
    expect((await change({ url: odd('/offers') })).body['import']).toEqual(expect.any(String));
    expect((await change({ url: odd('/offers'), everyMs: 7_200_000 })).body['import']).toBeNull();
  });

  it('does not read the feed any more when its address is taken away', async () => {
    await change({ url: odd('/offers') });
    expect((await change({ url: null })).body['import']).toBeNull();
    expect(await feedNow()).toMatchObject({ url: null, nextAt: null });
    expect((await ask(own, '/feed/import', { method: 'POST' })).body).toMatchObject({ code: 'no-feed' });
  });

  it('keeps the password so that nobody sees it again: not the page, not the database, not in another place', async () => {
    await change({ url: locked(), userName: 'ann', password: 'pässwörd' });
    const { body } = await ask(own, '/feed');
    expect(body).toMatchObject({ userName: 'ann', hasPassword: true });
    const rows = await env.DB.prepare('SELECT * FROM feed_access').all();
    expect(JSON.stringify([body, rows.results])).not.toContain('pässwörd');
    expect(await accessHeaders(env, own.shop, locked())).toEqual({
      authorization: `Basic ${utf8Base64('ann:pässwörd')}`,
    });
    const { userName, sealed } = await feedAccess(db, own.shop);
    await putFeedAccess(db, neighbour.shop, { userName, sealed });
    expect(await accessHeaders(env, neighbour.shop, locked())).toEqual({});
  });

  it.each([
    ['another host', 'https://evil.example/locked'],
    ['another port', `http://${'127.0.0.1:1'}/locked`],
    ['no encryption any more', 'http://shop.example/feed'],
  ])('sends it to no other origin: %s', async (_what, url) => {
    await change({ url: 'https://shop.example/feed', userName: 'ann', password: 'secret' });
    expect(await accessHeaders(env, own.shop, 'https://shop.example/other')).toHaveProperty('authorization');
    expect(await accessHeaders(env, own.shop, url)).toEqual({});
    await change({ url });
    expect(await feedNow()).toMatchObject({ userName: null, hasPassword: false });
  });

  it('opens a locked feed for the import', async () => {
    await change({ url: locked(), userName: 'ann', password: 'pässwörd' });
    await vi.waitFor(async () => expect((await feedNow()).notice).toContain('3 of 3 products'), soon);
  });

  it('changes the name alone, the password alone, and forgets both', async () => {
    await change({ url: locked(), userName: 'ann', password: 'one' });
    await change({ userName: 'ben' });
    expect(await accessHeaders(env, own.shop, locked())).toEqual({ authorization: `Basic ${btoa('ben:one')}` });
    await change({ password: 'two' });
    expect(await accessHeaders(env, own.shop, locked())).toEqual({ authorization: `Basic ${btoa('ben:two')}` });
    await change({ userName: null });
    expect(await accessHeaders(env, own.shop, locked())).toEqual({});
  });

  it.each([
    ['a password without a name', { password: 'x' }, 'userName'],
    ['a name without a password', { userName: 'ann' }, 'password'],
    ['a name with a colon', { userName: 'a:b', password: 'x' }, 'userName'],
    ['a password with a line break', { userName: 'ann', password: 'x\r\nx-evil: 1' }, 'password'],
    ['a password in the address', { url: 'https://ann:secret@shop.example/feed' }, 'url'],
    ['a rhythm that nobody needs', { everyMs: 60_000 }, 'everyMs'],
    ['a guard that guards nothing', { guards: { gonePercent: 0, repricedPercent: 20 } }, 'guards.gonePercent'],
  ])('is refused at the field: %s', async (_what, body, path) => {
    const answer = await change({ url: locked(), ...body });
    expect(answer).toMatchObject({ status: 400, body: { code: 'bad-request', problems: [{ path }] } });
    expect((await feedNow()).url).toBeNull();
  });
});

describe('a test of a feed', () => {
  it('tells what is in it: format, counts, the first ten', async () => {
    const found = await tested({ url: odd('/offers?n=30') });
    expect(found).toMatchObject({ ok: true, message: null, waits: null, format: 'yml', encoding: 'utf-8', cut: false });
    expect(found).toMatchObject({ offers: 30, categories: 1, problems: [] });
    expect(found.preview).toHaveLength(10);
    expect(found.preview[0]).toMatchObject({
      id: 'p0',
      name: 'Product p0',
      price: { minor: 1_990, currency: 'EUR' },
      category: 'Tents',
      inStock: true,
      notForLetters: null,
    });
  });

  it.each([
    ['a web page', '/page', /^not imported: .*web page, not a feed/],
    ['nothing there', '/nothing-here', /^not imported: the server answered 404: there is nothing at this address$/],
    ['a locked door', '/locked', /^not imported: the server answered 401: it wants a user name and a password/],
    ['a file that breaks off', '/broken', /^not imported: the server broke off in the middle of the file$/],
  ])('says why it would not be imported: %s', async (_what, path, message) => {
    const found = await tested({ url: odd(path) });
    expect(found.ok).toBe(false);
    expect(found.message).toMatch(message);
  });

  it.each(['http://169.254.169.254/latest/meta-data', 'http://localhost:1/', 'http://inside.example/feed.yml'])(
    'asks nothing that stands inside: %s',
    async (url) => {
      expect((await tested({ url })).message).toBe('not imported: the address points to a private network');
    },
  );

  it('reads the beginning of a feed that is longer than a test', async () => {
    const found = await tested({ url: odd('/offers?n=100000') });
    expect(found).toMatchObject({ ok: true, cut: true });
    expect(found.bytes).toBeLessThanOrEqual(feedLimits.testBytes);
    expect(found.offers).toBeGreaterThan(1_000);
  });

  it('uses what was typed, or what is kept for this origin', async () => {
    const wrong = { userName: 'ann', password: 'wrong' };
    expect((await tested({ url: odd('/locked'), ...wrong })).ok).toBe(false);
    expect(await tested({ url: odd('/locked'), userName: 'ann', password: 'pässwörd' })).toMatchObject({ ok: true });
    await change({ url: odd('/offers'), userName: 'ann', password: 'pässwörd' });
    expect(await tested({ url: odd('/locked') })).toMatchObject({ ok: true, offers: 3 });
    expect((await tested({ url: odd('/locked'), userName: null })).ok).toBe(false);
  });

  it('says that the import would wait, and writes nothing', async () => {
    await change({ url: odd('/offers?n=30') });
    await vi.waitFor(async () => expect((await feedNow()).notice).toContain('30 of 30 products'), soon);
    const world = async () => ({
      rows: await Promise.all(
        ['products', 'categories', 'feed_imports', 'feed_problems', 'feed_access', 'shops'].map(
          async (table) => (await env.DB.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all()).results,
        ),
      ),
      files: (await env.LAKE.list()).objects.map(({ key }) => key),
    });
    const before = await world();
    const found = await tested({ url: odd('/offers?n=3'), userName: 'a', password: 'b' });
    expect(found).toMatchObject({ ok: true, message: null });
    expect(found.waits).toBe('it would wait for your word: 27 of 30 products that can be bought now are not in it');
    expect(await world()).toEqual(before);
  });
});

describe('a file that the merchant gives', () => {
  async function gives(
    body: BodyInit | null,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: { import?: string; code?: string } }> {
    const response = await exports.default.fetch(`${origin}/api/shops/${own.shop}/feed/upload`, {
      method: 'POST',
      headers: { cookie: own.cookie, origin, ...headers },
      body,
    });
    return { status: response.status, body: await response.json() };
  }

  function chunks(count: number, size: number): ReadableStream<Uint8Array> {
    let left = count;
    return new ReadableStream({
      pull: (controller) => {
        left -= 1;
        if (left < 0) controller.close();
        else controller.enqueue(new Uint8Array(size).fill(left % 256));
      },
    });
  }

  it('lies in R2 byte by byte, with its type, and its import begins', async () => {
    const text = ymlOf(someOffers(3));
    const { status, body } = await gives(text, { 'content-type': 'application/xml', 'x-file-name': 'M%C3%A4rz.xml' });
    expect(status).toBe(200);
    const object = await env.LAKE.get(importKeys(own.shop, String(body.import)).raw);
    expect(await object?.text()).toBe(text);
    expect(object?.customMetadata).toMatchObject({ contentType: 'application/xml', fileName: 'März.xml' });
    expect((await feedNow()).imports[0]).toMatchObject({ id: body.import, origin: 'upload' });
    await vi.waitFor(async () => expect((await feedNow()).notice).toContain('3 of 3 products'), soon);
  });

  it('may be larger than what is held in memory, and of unknown length', async () => {
    const { body } = await gives(chunks(20, 1_000_003), { 'content-type': 'text/csv' });
    const object = await env.LAKE.get(importKeys(own.shop, String(body.import)).raw);
    const bytes = new Uint8Array((await object?.arrayBuffer()) ?? new ArrayBuffer());
    expect(bytes.byteLength).toBe(20 * 1_000_003);
    expect([bytes[0], bytes[1_000_003], bytes.at(-1)]).toEqual([19, 18, 0]);
  });

  it.each([
    ['nothing', null, {}, 400, 'empty'],
    ['an empty file', '', { 'content-type': 'application/xml' }, 400, 'empty'],
    ['a form', new FormData(), {}, 415, 'a-form'],
  ])('is refused in words: %s', async (_what, body, headers, status, code) => {
    expect(await gives(body, headers)).toMatchObject({ status, body: { code } });
    expect((await feedNow()).imports).toEqual([]);
  });

  it('is refused where it is too large, and leaves nothing', async () => {
    const request = new Request(origin, { method: 'POST', body: chunks(20, 1_000_000) });
    const taken = await takeGivenFeed(env, own.shop, request, { origin: 'upload', maxBytes: 18_000_000 });
    expect(taken).toMatchObject({ ok: false, because: { status: 413, body: { code: 'too-large' } } });
    expect((await env.LAKE.list({ prefix: feedPrefix(own.shop) })).objects).toEqual([]);
    expect((await feedNow()).imports).toEqual([]);
  });

  it('is refused before it is sent where it says how large it is', async () => {
    const more = { 'content-length': String(feedLimits.uploadBytes + 1) };
    expect(await gives('<yml/>', more)).toMatchObject({ status: 413, body: { code: 'too-large' } });
  });

  it('waits until the import before it has ended, and only the newest of them runs', async () => {
    const { import: running } = await shopObject().importNow({ shop: own.shop });
    const older = (await gives('<older/>')).body.import;
    const newer = (await gives('<newer/>')).body.import;
    expect(new Set([running, older, newer]).size).toBe(3);
    const listed = (await feedNow()).imports.map(({ id, state, origin: from }) => [id, state, from]);
    expect(listed).toContainEqual([newer, 'queued', 'upload']);
    expect(listed).toContainEqual([older, 'stopped', 'upload']);
    await shopObject().importEnded({ shop: own.shop, import: running, state: 'failed' });
    const ids = (await feedNow()).imports.map(({ id }) => id);
    expect(ids).toContain(newer);
    expect((await importById(db, own.shop, String(newer)))?.state).not.toBe('queued');
    expect(await env.LAKE.head(importKeys(own.shop, String(older)).raw)).toBeNull();
  });
});

describe('a feed that the shop’s system gives', () => {
  async function pushes(secret: string, body: BodyInit = '<yml_catalog/>'): Promise<Response> {
    return exports.default.fetch(`${origin}/v1/feed`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/xml' },
      body,
    });
  }

  it('is taken with a key of the shop, and its fate can be asked', async () => {
    const { secret } = await makeKey(db, own.shop, { name: 'ERP', now: Date.now() });
    const answer = await pushes(secret, ymlOf(someOffers(2)));
    const { import: id } = await answer.json<{ import: string }>();
    expect(answer.status).toBe(202);
    expect(await (await env.LAKE.get(importKeys(own.shop, id).raw))?.text()).toContain('id="p1"');
    const asked = (key: string) =>
      exports.default.fetch(`${origin}/v1/feed/${id}`, { headers: { authorization: `Bearer ${key}` } });
    expect(feedImportSchema.parse(await (await asked(secret)).json())).toMatchObject({ id, origin: 'push' });
    await vi.waitFor(async () => expect((await feedNow()).notice).toContain('2 of 2 products'), soon);
    const other = await makeKey(db, neighbour.shop, { name: 'ERP', now: Date.now() });
    expect((await asked(other.secret)).status).toBe(404);
  });

  it('is not taken without one', async () => {
    for (const secret of ['', 'wbk_never-was-a-key']) {
      const answer = await pushes(secret);
      expect([answer.status, await answer.json()]).toMatchObject([401, { code: 'wrong-key' }]);
    }
  });

  it('that a neighbour’s key gives is the neighbour’s', async () => {
    const { secret } = await makeKey(db, neighbour.shop, { name: 'ERP', now: Date.now() });
    await pushes(secret);
    expect((await feedNow()).imports).toEqual([]);
  });

  it('is taken twelve times an hour', async () => {
    const { secret } = await makeKey(db, own.shop, { name: 'ERP', now: Date.now() });
    for (let n = 0; n < feedLimits.pushesAnHour; n += 1) expect((await pushes(secret)).status).toBe(202);
    const answer = await pushes(secret);
    expect([answer.status, await answer.json()]).toMatchObject([429, { code: 'rate-limit' }]);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(3_000);
  });
});

describe('the report of an import', () => {
  const changes = (from: number, to: number) =>
    Array.from(
      { length: to - from },
      (_, n) => `${JSON.stringify({ product: `p${from + n}`, name: 'Tent “é”', change: 'added', fields: [] })}\n`,
    ).join('');

  async function file(id: string, name: string, who: Merchant = own): Promise<Response> {
    return exports.default.fetch(`${origin}/api/shops/${who.shop}/feed/imports/${id}/${name}`, {
      headers: { cookie: who.cookie },
    });
  }

  it('has its problems by kind, its first changes, and whether the file is kept', async () => {
    const id = await anImport(own.shop, 'done', { 'changes.jsonl': changes(0, 130), raw: '<yml/>' });
    await env.DB.prepare(
      `INSERT INTO feed_problems (shop, import, kind, line, "column", offer, message, sample) VALUES (?, ?, 'no-price', 5, 1, 'a', 'no price', '')`,
    )
      .bind(own.shop, id)
      .run();
    const report: ImportReport = importReportSchema.parse((await ask(own, `/feed/imports/${id}`)).body);
    expect(report.problems).toMatchObject([
      { kind: 'no-price', count: 2, samples: [{ line: 5, offer: 'a' }] },
      { kind: 'bad-price', count: 1, samples: [] },
    ]);
    expect(report.changes).toHaveLength(100);
    expect(report.hasRaw).toBe(true);
    expect(await file(id, 'raw').then((answer) => answer.text())).toBe('<yml/>');
  });

  it('gives its changes whole, from one object or from parts in their order', async () => {
    const parts = {
      'changes/2.jsonl': changes(2, 4),
      'changes/10.jsonl': changes(4, 5),
      'changes/1.jsonl': changes(0, 2),
    };
    const id = await anImport(own.shop, 'done', parts);
    const answer = await file(id, 'changes.jsonl');
    expect(await answer.text()).toBe(changes(0, 5));
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="changes-${id}.jsonl"`);
    const products: string[] = [];
    for await (const line of changeLines(env.LAKE, own.shop, id)) products.push(JSON.parse(line).product);
    expect(products).toEqual(['p0', 'p1', 'p2', 'p3', 'p4']);
  });

  it('gives a table that no spreadsheet takes for formulas', async () => {
    const table =
      'line,offer,sample\r\n5,"=HYPERLINK(""http://evil.example"")",+1\r\n6,@a,-2\r\n7,"\tx",fine\r\n,,\r\n';
    const id = await anImport(own.shop, 'done', { 'problems.csv': table });
    expect(await (await file(id, 'problems.csv')).text()).toBe(
      `line,offer,sample\r\n5,"'=HYPERLINK(""http://evil.example"")",'+1\r\n6,'@a,'-2\r\n7,"'\tx",fine\r\n,,\r\n`,
    );
  });

  it('gives the table of its samples where none lies in R2', async () => {
    const id = await anImport(own.shop, 'done');
    await env.DB.prepare(
      `INSERT INTO feed_problems (shop, import, kind, line, "column", offer, message, sample) VALUES (?, ?, 'bad-price', 5, 9, '=1+1', 'a, b', '"x"')`,
    )
      .bind(own.shop, id)
      .run();
    const answer = await file(id, 'problems.csv');
    expect(await answer.text()).toBe(
      'line,column,offer,kind,message,sample\r\n5,9,\'=1+1,bad-price,"a, b","""x"""\r\n',
    );
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  });

  it('hands out a file that came as a page as nothing that a browser opens', async () => {
    const id = await anImport(own.shop, 'failed');
    const customMetadata = { contentType: 'text/html' };
    const httpMetadata = { contentType: 'text/html' };
    const page = '\u001f\u008b<script>alert(1)</script>';
    const bytes = Uint8Array.from(page, (sign) => sign.charCodeAt(0));
    await env.LAKE.put(importKeys(own.shop, id).raw, bytes, { httpMetadata, customMetadata });
    const { headers } = await file(id, 'raw');
    expect(headers.get('content-type')).toBe('application/octet-stream');
    expect(headers.get('content-disposition')).toBe(`attachment; filename="feed-${id}.xml.gz"`);
    expect(headers.get('content-security-policy')).toContain('sandbox');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('is the shop’s own', async () => {
    const id = await anImport(own.shop, 'waiting', { raw: 'x', 'problems.csv': 'x', 'changes.jsonl': '{}\n' });
    for (const name of ['', '/problems.csv', '/changes.jsonl', '/raw'])
      expect([name, (await ask(neighbour, `/feed/imports/${id}${name}`)).status]).toEqual([name, 404]);
    for (const word of ['confirm', 'stop'])
      expect((await ask(neighbour, `/feed/imports/${id}/${word}`, { method: 'POST' })).status).toBe(404);
    expect((await feedNow()).imports[0]?.state).toBe('waiting');
  });

  it('says what is not kept any more', async () => {
    const id = await anImport(own.shop, 'done');
    for (const name of ['raw', 'changes.jsonl']) {
      const answer = await file(id, name);
      expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'no-file' }]);
    }
  });
});

describe('an import that waits', () => {
  const say = (id: string, word: string) => ask(own, `/feed/imports/${id}/${word}`, { method: 'POST' });
  const stateOf = async (id: string) => (await feedNow()).imports.find((one) => one.id === id)?.state;

  it('goes on when the merchant says yes, once', async () => {
    const id = await anImport(own.shop, 'waiting');
    expect(await say(id, 'confirm')).toEqual({ status: 200, body: { decided: true } });
    expect(await stateOf(id)).toBe('running');
    expect(await say(id, 'confirm')).toMatchObject({ status: 409, body: { code: 'decided' } });
  });

  it('is ended when the merchant says no, and cannot be confirmed any more', async () => {
    const id = await anImport(own.shop, 'waiting');
    expect(await say(id, 'stop')).toEqual({ status: 200, body: { decided: true } });
    expect(await say(id, 'confirm')).toMatchObject({ status: 409, body: { code: 'decided' } });
    expect(await say(id, 'stop')).toMatchObject({ status: 409 });
    expect(await stateOf(id)).toBe('stopped');
  });

  it('is overtaken by a newer one that comes to its end', async () => {
    const id = await anImport(own.shop, 'waiting');
    await change({ url: odd('/offers?n=3') });
    await vi.waitFor(async () => expect(await stateOf(id)).toBe('stopped'), soon);
    expect(await say(id, 'confirm')).toMatchObject({ status: 409, body: { code: 'decided' } });
  });

  it('is told to the owner once, until an import is good again', async () => {
    own = await newMerchant();
    for (let n = 0; n < 2; n += 1) {
      const { import: id } = await shopObject().importNow({ shop: own.shop, import: `import-${token()}` });
      await env.DB.prepare(`UPDATE feed_imports SET state = 'waiting', gone = 40 WHERE id = ?`).bind(id).run();
      await shopObject().importEnded({ shop: own.shop, import: id, state: 'waiting' });
      await vi.waitFor(async () => expect(await mailsTo(own.email)).toHaveLength(1), soon);
    }
    const [mail] = await mailsTo(own.email);
    expect(mail?.subject).toBe('Fjell & Fern: an import of the feed waits for your word');
    expect(mail?.text).toContain('40 products of yours are not in it');
    expect(mail?.text).toContain(`https://winback.test/${own.shop}/catalogue/feed`);
  });
});

describe('a feed that fails again and again', () => {
  beforeEach(async () => {
    own = await newMerchant();
    await change({ url: odd('/page') });
    await vi.waitFor(async () => expect((await feedNow()).imports[0]?.state).toBe('failed'), soon);
    await vi.waitFor(async () => expect((await feedNow()).failures).toBe(1), soon);
  });

  async function failsFourTimesMore(): Promise<void> {
    for (let n = 2; n <= 5; n += 1) await importedAs('failed');
    await vi.waitFor(async () => expect((await feedNow()).pausedAt).not.toBeNull(), soon);
  }

  it('is not read by the clock any more after the fifth time, and its owner gets one letter', async () => {
    await failsFourTimesMore();
    expect(await feedNow()).toMatchObject({ failures: 5, nextAt: null });
    expect((await feedNow()).notice).toMatch(/web page.*After 5 failures in a row it is not read any more/);
    await vi.waitFor(async () => expect(await mailsTo(own.email)).toHaveLength(1), soon);
    const [mail] = await mailsTo(own.email);
    expect(mail?.subject).toBe('Fjell & Fern: the feed could not be imported, and is read no more for now');
    expect(mail?.text).toMatch(/web page, not a feed/);
    expect(mail?.text).toContain('letters show the last good catalogue');
    expect(mail?.text).toContain(`https://winback.test/${own.shop}/catalogue/feed`);
    expect(mail?.headers.find(({ key }) => key === 'auto-submitted')?.value).toBe('auto-generated');
    const last = (await feedNow()).imports[0]?.id;
    expect(mail?.messageId).toMatch(new RegExp(`^<feed-paused-${last}-.+@shop\\.example>$`));
    // The queue brings the job again; a sixth import fails.
    await brings('winback-jobs', [{ kind: 'tell-owners', shop: own.shop, import: last, why: 'paused' }]);
    await importedAs('failed');
    expect(await mailsTo(own.email)).toHaveLength(1);
  });

  it('is read again when the merchant says so, or when an import is good', async () => {
    await failsFourTimesMore();
    expect((await ask(own, '/feed/resume', { method: 'POST' })).body['import']).toEqual(expect.any(String));
    expect(await feedNow()).toMatchObject({ pausedAt: null, nextAt: expect.any(Number) });
    await change({ url: odd('/offers?n=3') });
    await vi.waitFor(async () => expect((await feedNow()).notice).toContain('3 of 3 products'), soon);
    expect(await feedNow()).toMatchObject({ failures: 0, pausedAt: null, nextAt: expect.any(Number) });
  });

  it('does not count against its schedule what somebody gave', async () => {
    await shopObject().importNow({ shop: own.shop, origin: 'push', import: 'a-push' });
    await env.DB.prepare(`UPDATE feed_imports SET state = 'failed' WHERE id = 'a-push'`).run();
    await shopObject().importEnded({ shop: own.shop, import: 'a-push', state: 'failed' });
    expect((await feedNow()).failures).toBe(1);
  });

  it('tells an owner whose mail server puts it off later, and the others at once', async () => {
    const later = `later-${token()}@shop.example`;
    const shop = await newShop({ language: 'ru' });
    await env.DB.prepare(
      `INSERT INTO user (id, name, email, created_at, updated_at) VALUES ('later-owner', 'L', ?, 0, 0)`,
    )
      .bind(later)
      .run();
    const { id } =
      (await env.DB.prepare('SELECT id FROM user WHERE email = ?').bind(own.email).first<{ id: string }>()) ?? {};
    for (const user of ['later-owner', String(id)])
      await env.DB.prepare(`INSERT INTO memberships (shop, user_id, role, created_at) VALUES (?, ?, 'owner', 0)`)
        .bind(shop, user)
        .run();
    const waiting = await anImport(shop, 'waiting');
    const job = { kind: 'tell-owners', shop, import: waiting, why: 'waiting' };
    expect((await brings('winback-jobs', [job])).explicitAcks).toHaveLength(1);
    expect([await mailsTo(later), await mailsTo(own.email)]).toMatchObject([[], [{}]]);
    expect((await mailsTo(own.email))[0]?.subject).toContain('импорт фида ждёт вашего решения');
    await brings('winback-jobs', [{ ...job, to: ['later-owner'] }]);
    expect([await mailsTo(later), await mailsTo(own.email)]).toMatchObject([[{}], [{}]]);
  });
});

function utf8Base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
