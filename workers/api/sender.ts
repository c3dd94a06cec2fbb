// Who letters come from and through whom they go. Keys go in and never come out; an address that no letter was taken from is not
// sent from.
import type { SenderRow } from '@winback/db';
import { putSender, senderOf, sendingLimitOf, writeSettings } from '@winback/db';
import { user } from '@winback/db/schema';
import type { ErrorBody, ProviderSettings, Result, SenderState, ShopId } from '@winback/domain';
import {
  domainCheckSchema,
  freeMailRefusal,
  newToken,
  ok,
  problemsOf,
  providerPutSchema,
  providerSecrets,
  providerSettingsSchema,
  providerTraits,
  refuse,
  senderPatchSchema,
  senderStateSchema,
  senderVerifiedSchema,
} from '@winback/domain';
import type { SendOutcome } from '@winback/mail';
import { eq } from 'drizzle-orm';
import type { Context } from 'hono';
import { Hono } from 'hono';
import { answers, takes } from '../described.ts';
import { databaseOf } from '../env.ts';
import { hasProof, isVerified, needsProof, proofOf, unverified } from '../sender-verified.ts';
import {
  channelName,
  destinationOf,
  openChannel,
  operatorChannel,
  sealedSettings,
  shopChannel,
  storedSettings,
} from '../shop-provider.ts';
import { mailServerRefusal } from '../way-out.ts';
import type { ShopEnv } from './access.ts';
import { refused } from './access.ts';
import { domainRecords } from './domain-records.ts';
import { testMessage } from './test-message.ts';

type ShopContext = Context<ShopEnv>;

export const sender = new Hono<ShopEnv>()
  .get('/settings/sender', answers('Who letters come from, and through whom they go.', senderStateSchema), async (c) =>
    c.json(await stateOf(c)),
  )
  .patch(
    '/settings/sender',
    answers('Changes who letters come from; fields that are not named stay.', senderStateSchema),
    takes('json', senderPatchSchema),
    async (c) => {
      const { warmUp, ...patch } = c.req.valid('json');
      const because = patch.address === undefined ? null : freeMailRefusal(patch.address);
      if (because !== null) return refused(c, 400, wrongAt('address', because));
      const { shop, record } = c.var;
      const db = databaseOf(c.env);
      const row = await rowOf(c);
      const before = record.settings.sender;
      const isOther = patch.address !== undefined && patch.address !== before.address;
      if (isOther) await putSender(db, shop, row);
      const named = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
      const settings = { ...record.settings, sender: { ...before, ...named } };
      await writeSettings(db, shop, settings);
      c.set('record', { ...record, settings });
      const channel = shopChannel(shop);
      if (warmUp && channelName(shop, row, 'marketing') === channel)
        await c.env.SENDER.getByName(channel).warmUp({ channel, what: warmUp });
      return c.json(await stateOf(c));
    },
  )
  .put(
    '/settings/provider',
    answers('Sends through the shop’s own provider.', senderStateSchema, providerSettingsSchema),
    takes('json', providerPutSchema),
    async (c) => {
      const { shop } = c.var;
      const row = await rowOf(c);
      const read = await completed(c, row, c.req.valid('json'));
      if (!read.ok) return refused(c, 400, read.because);
      const sealed = await sealedSettings(c.env, shop, read.value);
      const db = databaseOf(c.env);
      await putSender(db, shop, { ...row, ...sealed, changedAt: Date.now(), verified: null });
      await mend(c);
      return c.json(await stateOf(c));
    },
  )
  .delete('/settings/provider', answers('Sends through the operator’s server again.', senderStateSchema), async (c) => {
    const row = await rowOf(c);
    const { address } = c.var.record.settings.sender;
    const verified = row.vouchedAddress === address ? { address, at: Date.now() } : null;
    const bare = { kind: 'operator', config: {}, sealed: '' } as const;
    await putSender(databaseOf(c.env), c.var.shop, { ...row, ...bare, changedAt: Date.now(), verified });
    return c.json(await stateOf(c));
  })
  .post(
    '/settings/provider/verify',
    answers('Sends a letter to who asks, from the sender’s address.', senderVerifiedSchema),
    async (c) => {
      const { taken, words } = await tried(c);
      return c.json({ taken, words, state: await stateOf(c) });
    },
  )
  .get(
    '/settings/sender/domain',
    answers('What the DNS says of the sender’s domain.', domainCheckSchema),
    async (c) => {
      const row = await senderOf(databaseOf(c.env), c.var.shop);
      return c.json(await domainRecords(c.env, c.var.shop, { row, address: c.var.record.settings.sender.address }));
    },
  );

/** The row, or what having none means. */
async function rowOf(c: ShopContext): Promise<SenderRow> {
  const { address } = c.var.record.settings.sender;
  const now = Date.now();
  const untouched = {
    kind: 'operator',
    config: {},
    sealed: '',
    changedAt: now,
    verified: { address, at: now },
  } as const;
  return (await senderOf(databaseOf(c.env), c.var.shop)) ?? { ...untouched, vouchedAddress: address };
}

/** The fields that were sent, with stored secrets in the place of those that were left out. */
async function completed(
  c: ShopContext,
  row: SenderRow,
  put: { kind: ProviderSettings['kind']; [field: string]: unknown },
): Promise<Result<ProviderSettings, ErrorBody>> {
  const fields = Object.fromEntries(Object.entries(put).filter(([, value]) => value !== '' && value !== null));
  const isSame = row.kind === put.kind && destinationOf(put.kind, row.config) === destinationOf(put.kind, fields);
  const stored = isSame ? await storedSettings(c.env, c.var.shop, row) : null;
  const secrets = Object.entries(stored ?? {}).filter(([name]) =>
    providerSecrets[put.kind].some((secret) => secret === name),
  );
  const read = providerSettingsSchema.safeParse({ ...Object.fromEntries(secrets), ...fields });
  if (!read.success) {
    const problems = problemsOf(read.error);
    const [first] = problems;
    const message = first ? `${first.path || 'the provider'}: ${first.message}` : 'the provider is not as described';
    return refuse({ code: 'bad-request', message, problems });
  }
  const because = read.data.kind === 'smtp' ? await mailServerRefusal(c.env, read.data) : null;
  return because === null ? ok(read.data) : refuse(wrongAt('host', because));
}

/** Sends the test letter; where it is taken and the domain is the shop's, the address is verified. */
async function tried(c: ShopContext): Promise<{ taken: boolean; words: string }> {
  const { shop, record } = c.var;
  const { address } = record.settings.sender;
  const row = await rowOf(c);
  const domain = address.slice(address.lastIndexOf('@') + 1);
  if (needsProof(shop, row, address) && !(await hasProof(c.env, shop, domain))) {
    const { name, wanted } = await proofOf(c.env, shop, domain);
    return {
      taken: false,
      words: `The domain has to show first that it is yours: write the TXT record ${name} with ${wanted}.`,
    };
  }
  const { provider } = await openChannel(c.env, shop, { row, purpose: 'service' });
  const outcome = await provider.send(testMessage(record.settings, { letter: newToken(), to: await emailOf(c) }));
  provider.close();
  if (outcome.kind !== 'accepted') return { taken: false, words: wordsOf(outcome) };
  await putSender(databaseOf(c.env), shop, { ...row, verified: { address, at: Date.now() } });
  await mend(c);
  return { taken: true, words: `Taken. Look for it in your mailbox, and whether it is in the right folder.` };
}

function wordsOf(outcome: Exclude<SendOutcome, { kind: 'accepted' }>): string {
  switch (outcome.kind) {
    case 'refused':
      return `The provider refused the letter: ${outcome.answer}.`;
    case 'rejected-credentials':
      return `The provider refuses the account or the sender: ${outcome.because}.`;
    case 'later':
      return `The provider takes no letter just now: ${outcome.because}. Try again in a moment.`;
    case 'unreachable':
      return `The provider could not be reached: ${outcome.because}.`;
    case 'unknown':
      return `The provider’s answer was lost: ${outcome.because}. Look into your mailbox, and try again.`;
  }
}

/** What was wrong with the shop's own account was mended: letters may try at once. */
async function mend(c: ShopContext): Promise<void> {
  const channel = shopChannel(c.var.shop);
  if (await sendingLimitOf(databaseOf(c.env), channel)) await c.env.SENDER.getByName(channel).mended({ channel });
}

async function stateOf(c: ShopContext): Promise<SenderState> {
  const { shop, record } = c.var;
  const db = databaseOf(c.env);
  const row = await senderOf(db, shop);
  const { sender: from, brand } = record.settings;
  const limit = await sendingLimitOf(db, channelName(shop, row, 'marketing'));
  const isGood = isVerified(record.settings, row);
  return {
    sender: {
      name: from.name,
      address: from.address,
      replyTo: from.replyTo ?? null,
      postalAddress: from.postalAddress,
    },
    logoUrl: brand.logoUrl,
    provider: await providerState(c, shop, row),
    verified: { yes: isGood, at: isGood ? (row?.verified?.at ?? null) : null, why: isGood ? null : unverified },
    // What holds up the operator's server is nobody's business but theirs.
    limit: channelName(shop, row, 'marketing') === operatorChannel ? null : limit,
    you: await emailOf(c),
  };
}

async function providerState(c: ShopContext, shop: ShopId, row: SenderRow | null): Promise<SenderState['provider']> {
  if (!row || row.kind === 'operator') return { kind: 'operator', config: {}, state: 'ready', marketing: true };
  const state = (await storedSettings(c.env, shop, row)) ? 'ready' : 'unreadable';
  return { kind: row.kind, config: row.config, state, marketing: providerTraits[row.kind].marketing };
}

async function emailOf(c: ShopContext): Promise<string> {
  const [row] = await databaseOf(c.env)
    .select({ email: user.email })
    .from(user)
    .where(eq(user.id, c.var.userId))
    .limit(1);
  return row?.email ?? '';
}

function wrongAt(path: string, message: string): ErrorBody {
  return { code: 'bad-request', message: `${path}: ${message}`, problems: [{ path, code: 'refused', message }] };
}
