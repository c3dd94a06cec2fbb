// What comes back of letters: which providers report it, how sending fares by it, and what people answered.
import type { ReturnSecret } from '@winback/db';
import {
  dropReturnSecret,
  listReturnSecrets,
  putReturnSecret,
  resumeSending,
  scenarioAnswers,
  sendingFigures,
  sendingPause,
} from '@winback/db';
import type { ErrorBody, Reporting, ReportingProvider, Returns, ShopId } from '@winback/domain';
import {
  answersSchema,
  newToken,
  reportingMadeSchema,
  reportingProviderSchema,
  reportingProviders,
  reportingPutSchema,
  returnsSchema,
} from '@winback/domain';
import { sendingVerdict, sendingWindowMs } from '@winback/engine/returns';
import { Hono } from 'hono';
import { z } from 'zod';
import { answers, takes } from '../described.ts';
import type { Env } from '../env.ts';
import { databaseOf, settingsOf } from '../env.ts';
import { seal, unseal } from '../sealed.ts';
import type { ShopEnv } from './access.ts';
import { refused } from './access.ts';

const answersOfMs = 30 * 86_400_000;
/** They sign nothing: we choose the password. */
const withOurs: readonly ReportingProvider[] = ['postmark', 'brevo'];
const noProvider: ErrorBody = {
  code: 'no-such-provider',
  message: `a provider is one of ${reportingProviders.join(', ')}`,
};
const noSecret: ErrorBody = {
  code: 'no-secret',
  message: 'secret: paste what the provider signs its reports with',
  problems: [{ path: 'secret', code: 'missing', message: 'paste what the provider signs its reports with' }],
};

export const returns = new Hono<ShopEnv>()
  .get('/returns', answers('Who reports what became of letters, and how sending fares.', returnsSchema), async (c) =>
    c.json(await returnsOf(c.env, c.var.shop, Date.now())),
  )
  .put(
    '/returns/:provider',
    answers('Lets a provider report, or changes how it signs.', reportingMadeSchema),
    takes('json', reportingPutSchema),
    async (c) => {
      const provider = reportingProviderSchema.safeParse(c.req.param('provider'));
      if (!provider.success) return refused(c, 404, noProvider);
      const ours = withOurs.includes(provider.data);
      const secret = c.req.valid('json').secret ?? (ours ? newToken() : null);
      if (secret === null) return refused(c, 400, noSecret);
      const { shop } = c.var;
      const sealed = await seal(c.env, { shop, reportsOf: provider.data }, secret);
      await putReturnSecret(databaseOf(c.env), shop, { provider: provider.data, sealed, now: Date.now() });
      const made = await reportingOf(c.env, shop, provider.data, await listReturnSecrets(databaseOf(c.env), shop));
      return c.json({ ...made, ...shownOnce(provider.data, made.address, secret) });
    },
  )
  .delete('/returns/:provider', answers('Hears a provider no more.', z.object({ ok: z.boolean() })), async (c) => {
    const provider = reportingProviderSchema.safeParse(c.req.param('provider'));
    if (!provider.success) return refused(c, 404, noProvider);
    await dropReturnSecret(databaseOf(c.env), c.var.shop, provider.data);
    return c.json({ ok: true });
  })
  .post('/sending/resume', answers('Lets letters go again that waited.', returnsSchema), async (c) => {
    await resumeSending(databaseOf(c.env), c.var.shop, Date.now());
    return c.json(await returnsOf(c.env, c.var.shop, Date.now()));
  })
  .get(
    '/answers',
    answers('How people answered to letters, by scenario; machines are out.', answersSchema),
    async (c) => c.json({ rows: await scenarioAnswers(databaseOf(c.env), c.var.shop, Date.now() - answersOfMs) }),
  );

async function returnsOf(env: Env, shop: ShopId, now: number): Promise<Returns> {
  const db = databaseOf(env);
  const [secrets, pause] = await Promise.all([listReturnSecrets(db, shop), sendingPause(db, shop)]);
  const figures = await sendingFigures(db, shop, Math.max(now - sendingWindowMs, pause.resumedAt ?? 0));
  const verdict = sendingVerdict(figures);
  const words = verdict.level === 'fine' ? null : verdict.words;
  const sending =
    pause.pausedAt === null
      ? { ...figures, level: verdict.level, words, pausedAt: null }
      : { ...figures, level: 'pause' as const, words: pause.words ?? words, pausedAt: pause.pausedAt };
  const providers = reportingProviders.map((provider) => reportingOf(env, shop, provider, secrets));
  return { providers: await Promise.all(providers), sending };
}

async function reportingOf(
  env: Env,
  shop: ShopId,
  provider: ReportingProvider,
  secrets: readonly ReturnSecret[],
): Promise<Reporting> {
  const stored = secrets.find((one) => one.provider === provider);
  const address = `${settingsOf(env).PUBLIC_URL.replace(/\/$/, '')}/returns/${provider}/${shop}`;
  if (!stored) return { provider, address, state: 'none', last: null };
  const opened = await unseal(env, { shop, reportsOf: provider }, stored.sealed);
  return { provider, address, state: opened.ok ? 'connected' : 'unreadable', last: stored.last };
}

/** Postmark takes the password in the address, Brevo a token beside it. Nobody sees either again. */
function shownOnce(
  provider: ReportingProvider,
  address: string,
  secret: string,
): { address: string; token: string | null } {
  if (provider === 'brevo') return { address, token: secret };
  if (provider !== 'postmark') return { address, token: null };
  return { address: address.replace('://', `://winback:${encodeURIComponent(secret)}@`), token: null };
}
