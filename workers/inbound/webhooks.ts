// Where mail providers report. Believed only where it is signed with what the merchant gave us; every refusal has one answer, whether
// the shop, the provider or the signature is wrong. 200 says that it is in the queue.
import { noteReturnHeard, returnSecretOf } from '@winback/db';
import type { ErrorBody, ReportingProvider, ShopId } from '@winback/domain';
import { reportingProviderSchema, shopIdSchema } from '@winback/domain';
import { readWebhook } from '@winback/mail';
import { Hono } from 'hono';
import type { Env } from '../env.ts';
import { databaseOf, settingsOf } from '../env.ts';
import { outboundFetch } from '../outbound-fetch.ts';
import { said } from '../said.ts';
import { unseal } from '../sealed.ts';
import { shopSettings } from '../shop-settings.ts';
import { wayOut } from '../way-out.ts';

/** SendGrid posts up to 768 KB at once; nobody else comes near it. */
const maxBytes = 1_000_000;
const mostKeptCertificates = 20;
/** Queues take a hundred messages at once. */
const atOnce = 100;
const certificates = new Map<string, string>();

const notBelieved: ErrorBody = {
  code: 'not-signed',
  message: 'this is not signed as the provider signs it: compare the secret in Settings, Sender',
};
const tooLarge: ErrorBody = { code: 'too-large', message: 'a report has at most 1 MB' };

export const webhooks = new Hono<{ Bindings: Env }>()
  // Some providers look whether the address is there before they take it.
  .on(['GET', 'HEAD'], '/returns/:provider/:shop', (c) => c.json({ ok: true }))
  .post('/returns/:provider/:shop', async (c) => {
    const [provider, shop] = [
      reportingProviderSchema.safeParse(c.req.param('provider')),
      shopIdSchema.safeParse(c.req.param('shop')),
    ];
    if (Number(c.req.header('content-length') ?? 0) > maxBytes) return c.json(tooLarge, 413);
    const body = await c.req.text();
    if (body.length > maxBytes) return c.json(tooLarge, 413);
    if (!provider.success || !shop.success) return c.json(notBelieved, 401);
    const from = { shop: shop.data, provider: provider.data };
    const secret = await secretFor(c.env, from);
    if (secret === null) return c.json(notBelieved, 401);
    const { pathname, search } = new URL(c.req.url);
    const url = `${settingsOf(c.env).PUBLIC_URL.replace(/\/$/, '')}${pathname}${search}`;
    const post = { headers: c.req.raw.headers, body, url, secret, now: Date.now() };
    const read = await readWebhook(from.provider, { ...post, certificate: (address) => certificateAt(c.env, address) });
    if (!read.ok) {
      console.warn('a report was not believed', { ...from, because: read.because });
      return c.json(notBelieved, 401);
    }
    const { reports, confirm } = read.value;
    if (confirm !== undefined) await answerAt(c.env, confirm);
    const messages = reports.map((report) => ({
      body: { kind: 'report' as const, shop: from.shop, source: from.provider, report },
    }));
    for (let at = 0; at < messages.length; at += atOnce) await c.env.RETURNS.sendBatch(messages.slice(at, at + atOnce));
    const what = reports.at(-1)?.what ?? (confirm === undefined ? 'something else' : 'confirmed');
    const noted = noteReturnHeard(databaseOf(c.env), from.shop, { provider: from.provider, what, now: post.now });
    c.executionCtx.waitUntil(noted.catch((error: unknown) => console.warn('not noted', { error: said(error) })));
    return c.json({ ok: true });
  });

async function secretFor(
  env: Env,
  { shop, provider }: { shop: ShopId; provider: ReportingProvider },
): Promise<string | null> {
  if ((await shopSettings(env, shop, Date.now())) === null) return null;
  const stored = await returnSecretOf(databaseOf(env), shop, provider);
  if (!stored) return null;
  const opened = await unseal(env, { shop, reportsOf: provider }, stored.sealed);
  return opened.ok ? opened.value : null;
}

async function certificateAt(env: Env, address: string): Promise<string | null> {
  const known = certificates.get(address);
  if (known) return known;
  const pem = await answerAt(env, address);
  if (pem === null) return null;
  if (certificates.size >= mostKeptCertificates) certificates.clear();
  certificates.set(address, pem);
  return pem;
}

/** Whoever comes here has looked at the host. */
async function answerAt(env: Env, address: string): Promise<string | null> {
  const answer = await outboundFetch(address, {
    ...wayOut(env),
    headers: {},
    timeoutMs: 5_000,
    patience: { maxBytes: 50_000, totalMs: 10_000 },
  });
  if (!answer.ok || !answer.value.ok) return null;
  return answer.value.text().catch(() => null);
}
