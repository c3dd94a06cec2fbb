import { env, exports } from 'cloudflare:workers';
import { openD1, putOffers, putSubscriber } from '@winback/db';
import { templates as firstTemplates } from '@winback/db/schema';
import type {
  EmailAddress,
  PersonId,
  Template,
  TemplateDesign,
  TemplateFile,
  TemplatePreview,
  TemplateProblem,
  TemplatePublished,
  TemplateRow,
  TemplateSaved,
  TemplateVariable,
  TemplateVersion,
  TemplateVersionWords,
  TemplateWords,
} from '@winback/domain';
import { feedGuards, templateSchema } from '@winback/domain';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { offer } from '../../packages/db/src/queries.suite.ts';
import { emptyD1 } from './database.ts';
import type { Merchant } from './merchant.ts';
import { ask, newMerchant } from './merchant.ts';
import { hour, token } from './storefront.ts';

const db = openD1(env.DB);
const path = '/templates/retention/en';
let merchant: Merchant;
let ann: PersonId;

beforeAll(async () => {
  await emptyD1();
  merchant = await newMerchant({ feed: { url: null, everyMs: hour, guards: feedGuards } });
  await putOffers(
    db,
    merchant.shop,
    ['tent', 'stove', 'lamp', 'cup', 'mat'].map((id) =>
      offer(id, { name: `Own ${id} {{ shop.name }}`, picture: `https://shop.example/${id}.jpg` }),
    ),
    1,
  );
  ann = `ann-${token()}` as PersonId;
  await putSubscriber(db, merchant.shop, {
    ...{
      id: ann,
      email: 'ann@mail.example' as EmailAddress,
      name: 'Ann <i>Lee</i>',
      consent: 'subscribed',
      source: 't',
      now: 1,
    },
    namedBy: null,
  });
});

const read = async (at = path) => templateSchema.parse((await ask<Template>(merchant, at)).body);
const html = (source: string): TemplateWords => ({
  document: { version: 1, mode: 'advanced', language: 'html', source, text: null },
  subject: 'Hi {{ person.name }}',
  preheader: null,
});
const footer = '<p><a href="{{ unsubscribe_url }}">Leave</a> {{ footer }}</p>';
const put = (words: TemplateWords, revision: number, at = path) =>
  ask<TemplateSaved & { code?: string }>(merchant, at, { method: 'PUT', body: { ...words, revision } });
const post = <Body>(at: string, body: unknown) => ask<Body & { code?: string }>(merchant, at, { method: 'POST', body });
const previewOf = (words: TemplateWords, more: Record<string, unknown> = {}) =>
  post<TemplatePreview>('/templates/preview', { ...words, use: 'retention', language: 'en', person: null, ...more });
const codes = (problems: readonly TemplateProblem[]) => problems.map(({ code }) => code);

describe('a template', () => {
  it('is ours until somebody writes one: good-looking, and with nothing to complain about', async () => {
    const { body } = await ask<{ templates: TemplateRow[] }>(merchant, '/templates');
    expect(body.templates.every(({ builtIn, version, hasDraft }) => builtIn && version === 0 && !hasDraft)).toBe(true);
    for (const { use, language } of body.templates.filter((row) => row.use !== 'digest').slice(0, 4)) {
      const own = await read(`/templates/${use}/${language}`);
      expect({ use, problems: own.problems }).toEqual({ use, problems: [] });
    }
  });

  it('is a draft, then sent, then history, and comes back', async () => {
    const before = await read();
    expect(before).toMatchObject({ revision: 0, builtIn: true, subject: null, usual: { subject: expect.any(String) } });
    const saved = await put(html(`<p>One</p>${footer}`), 0);
    expect([saved.status, saved.body.revision, codes(saved.body.problems)]).toEqual([200, 1, []]);
    expect(await read()).toMatchObject({
      hasDraft: true,
      version: 0,
      mode: 'advanced',
      subject: 'Hi {{ person.name }}',
    });
    expect((await put(html('<p>Late</p>'), 0)).body.code).toBe('changed');
    expect((await post(`${path}/publish`, { revision: 9 })).body.code).toBe('changed');
    const first = await post<TemplatePublished>(`${path}/publish`, { revision: 1 });
    expect([first.status, first.body.version]).toEqual([200, 1]);
    expect(await read()).toMatchObject({ hasDraft: false, version: 1, builtIn: false, revision: 2 });
    expect((await post(`${path}/publish`, { revision: 2 })).body.code).toBe('no-draft');
    await put(html(`<p>Two</p>${footer}`), 2);
    await post(`${path}/publish`, { revision: 3 });
    expect((await post<TemplatePublished>(`${path}/rollback`, { version: 1 })).body.version).toBe(3);
    const { body } = await ask<{ versions: TemplateVersion[] }>(merchant, `${path}/versions`);
    expect(body.versions.map(({ version, by, restores }) => [version, by, restores])).toEqual([
      [3, 'Owner', 1],
      [2, 'Owner', null],
      [1, 'Owner', null],
    ]);
    const { body: third } = await ask<TemplateVersionWords>(merchant, `${path}/versions/3`);
    expect(third.document).toMatchObject({ source: `<p>One</p>${footer}` });
    expect((await post(`${path}/rollback`, { version: 77 })).status).toBe(404);
    expect((await post<TemplatePublished>(`${path}/rollback`, { version: 0 })).body.version).toBe(4);
    expect(await read()).toMatchObject({ mode: 'standard', version: 4 });
  });

  it('may be saved with any problem, and published with none that stops it', async () => {
    const at = '/templates/abandoned_search/en';
    const saved = await put(html('<p>{{ nobody.knows }} {% if %}</p>'), 0, at);
    expect(saved.body.problems).toMatchObject([{ code: 'liquid', level: 'stop', at: { in: 'source', line: 1 } }]);
    const refusal = await post<{ problems: { path: string }[] }>(`${at}/publish`, { revision: 1 });
    expect([refusal.status, refusal.body.code]).toEqual([400, 'preflight']);
    expect(refusal.body.problems[0]?.path).toMatch(/^1:\d+$/);
    const without = await put(html('<p>Hello there</p>'), 1, at);
    expect(codes(without.body.problems)).toEqual(expect.arrayContaining(['no-unsubscribe', 'no-address']));
    const thrown = await ask<TemplateSaved>(merchant, `${at}/draft`, { method: 'DELETE' });
    expect(thrown.body.revision).toBe(3);
    expect(await read(at)).toMatchObject({ hasDraft: false, builtIn: true, revision: 3 });
  });

  it('refuses what is no document, with the place and the mend', async () => {
    const bad = {
      version: 1,
      mode: 'standard',
      blocks: [{ id: 'a', kind: 'text', html: '<p>x</p><script>1</script>' }],
    };
    const { status, body } = await ask(merchant, path, {
      method: 'PUT',
      body: { document: bad, subject: null, preheader: null, revision: 0 },
    });
    expect(status).toBe(400);
    expect(String(body['message'])).toMatch(/^document\.blocks\.0\.html: <script> cannot stand in a text/);
    expect((await ask(merchant, '/templates/nothing/en')).status).toBe(404);
  });

  it('that was stored before there were editions is read as the first of them', async () => {
    const own = await newMerchant({ feed: { url: null, everyMs: hour, guards: feedGuards } });
    const stored = (scenario: string, blocks: unknown[]) =>
      db.insert(firstTemplates).values({
        shop: own.shop,
        scenario,
        revision: 3,
        blocks: JSON.stringify(blocks),
        html: '',
        text: '',
        changedAt: 5,
      });
    await stored('retention', [
      { kind: 'heading', text: 'Own words' },
      { kind: 'text', text: 'Less < more & {{ shop.name }}' },
      { kind: 'picks', title: 'Mine' },
      { kind: 'footer', reason: 'Because', unsubscribe: 'Leave' },
    ]);
    const template = templateSchema.parse((await ask<Template>(own, path)).body);
    expect(template).toMatchObject({ version: 1, builtIn: false, changedAt: 5, problems: [] });
    expect(template.document).toMatchObject({
      blocks: [
        { kind: 'header' },
        { kind: 'heading', text: 'Own words' },
        { kind: 'text', html: '<p>Less &lt; more &amp; {{ shop.name }}</p>' },
        { kind: 'picks', title: 'Mine' },
        { kind: 'footer', reason: 'Because', unsubscribe: 'Leave' },
      ],
    });
  });
});

describe('a preview', () => {
  it('shows own products, which are never read as a template, and a real person', async () => {
    const { document } = await read('/templates/abandoned_cart/en');
    const words = { document, subject: null, preheader: null };
    const { body } = await previewOf(words, { use: 'abandoned_cart', person: ann });
    expect(body.ownProducts).toBe(true);
    expect(body.html).toMatch(/Own \w+ \{\{ shop\.name \}\}/);
    expect(body.html).toContain('Ann &lt;i&gt;Lee&lt;/i&gt;, your cart');
    expect(body.text).toContain('Ann <i>Lee</i>, your cart');
    expect(body.bytes).toBe(new TextEncoder().encode(body.html).byteLength);
    expect((await previewOf(words, { person: 'nobody' })).status).toBe(404);
  });

  it('shows drawn products where the shop has none', async () => {
    const own = await newMerchant({ feed: { url: null, everyMs: hour, guards: feedGuards } });
    const { body } = await ask<TemplatePreview>(own, '/template-store/poster/preview?use=abandoned_cart&language=ru');
    expect(body).toMatchObject({ ownProducts: false, problems: [] });
    expect(body.text).toContain('Льняная рубашка');
  });

  it('knows the original’s variables, and warns of names that nobody knows', async () => {
    const source = `{% for item in source_items %}{{ item.name }} {{ item.price_formatted }} {{ item.image_url_resized[200] }} {{ item.nme }}{% endfor %}{{ user.first_name }} {{ first_name }}
{{ shop_url }}?{{ utm_params }} {{ recomended_items[0].name }}${footer}`;
    const { body } = await previewOf(html(source), { use: 'abandoned_cart', person: ann });
    expect(body.html).toContain('Ann Ann');
    expect(body.html).toContain('utm_campaign=abandoned_cart');
    expect(body.problems.map(({ code, at }) => [code, at])).toEqual([
      ['unknown-variable', { in: 'source', line: 1, column: expect.any(Number) }],
      ['unknown-variable', { in: 'source', line: 2, column: expect.any(Number) }],
    ]);
    const variables = await ask<{ variables: TemplateVariable[] }>(merchant, '/template-variables?use=abandoned_cart');
    const names = variables.body.variables.map(({ name }) => name);
    for (const name of [
      'items[].name',
      'utm_params',
      'source_items[].oldprice_formatted',
      'rate_5_url',
      'less_often_url',
    ])
      expect(names).toContain(name);
  });
});

describe('the template store', () => {
  it('has designs for every use, each of which becomes a draft', async () => {
    const { body } = await ask<{ designs: TemplateDesign[] }>(merchant, '/template-store');
    expect(body.designs.length).toBeGreaterThanOrEqual(8);
    const key = { use: 'recently_purchased', language: 'ru' } as const;
    const installed = await post<TemplateSaved>('/template-store/night/install', { ...key, revision: 0 });
    expect(installed.body.revision).toBe(1);
    expect(await read('/templates/recently_purchased/ru')).toMatchObject({
      hasDraft: true,
      document: { theme: { sheet: '#16191d' } },
    });
    expect((await post('/template-store/night/install', { ...key, revision: 0 })).status).toBe(409);
    expect((await post('/template-store/no-such/install', { ...key, revision: 1 })).status).toBe(404);
  });

  it('takes and gives templates as files', async () => {
    const { body: file } = await ask<TemplateFile>(merchant, '/templates/abandoned_cart/en/export');
    expect(file).toMatchObject({ format: 'winback-template', use: 'abandoned_cart', name: 'Abandoned Cart' });
    const at = '/templates/second_abandoned_cart/ru';
    expect((await post(`${at}/import`, { file, revision: 0 })).status).toBe(200);
    expect((await read(at)).document).toEqual(file.document);
    expect((await post(`${at}/import`, { file: { ...file, format: 'other' }, revision: 1 })).status).toBe(400);
  });
});

describe('a test letter', () => {
  it('arrives at somebody who works for the shop, and at nobody else', async () => {
    const words = {
      ...html(`<p>Test of a letter that is long enough to be read by somebody.</p>${footer}`),
      use: 'retention',
      language: 'en',
      person: ann,
    };
    const refusal = await post('/templates/test', { ...words, to: 'stranger@mail.example' });
    expect([refusal.status, refusal.body.code]).toEqual([400, 'not-a-member']);
    expect((await post('/templates/test', { ...words, to: merchant.email })).status).toBe(200);
    const arrived = async () => {
      const response = await fetch(`http://${env.OUTSIDE_HOST}/letters?to=${encodeURIComponent(merchant.email)}`);
      const mails = await response.json<string[]>();
      expect(mails).toHaveLength(1);
      expect(mails[0]).toContain('[Test] Hi Ann');
    };
    await vi.waitFor(arrived, { timeout: 10_000, interval: 100 });
  });
});

it('a preview of nobody’s letter is no page', async () => {
  expect((await exports.default.fetch('https://winback.test/v/preview')).status).toBe(404);
});
