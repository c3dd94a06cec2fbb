// One letter: compose, claim, hand over, settle. The message brings the brief; the Visitor is asked twice, and for another brief
// only where that one is stale. Only after its `go` does a byte leave, and `go` is given once. Dying between any two lines
// leaves a state that the Visitor's own alarm resolves. What may not go yet is put off before anything is read for it.
import type { ScenarioCode, ShopId } from '@winback/domain';
import { triggerSettingsOf } from '@winback/engine/triggers';
import type { SendOutcome } from '@winback/mail';
import type { Env } from '../env.ts';
import { databaseOf, settingsOf } from '../env.ts';
import type { LetterMessage } from '../messages.ts';
import { said } from '../said.ts';
import type { Purpose } from '../shop-provider.ts';
import { templateOf } from '../templates.ts';
import type { Brief, Settlement } from '../visitor/answers.ts';
import type { TemplateFor } from './compose.ts';
import { composeLetter } from './compose.ts';
import { composeConfirmation } from './compose-confirmation.ts';
import type { Wait } from './outlet.ts';
import { Outlet } from './outlet.ts';
import { retryLater } from './retry.ts';
import { heldUp } from './sending-pause.ts';
import { tellSupplies } from './tell-supplies.ts';

type Incoming = Message<LetterMessage>;

const maxCompositions = 3;
/** A queue brings a message a few times only: what waits longer than this, or came often, waits at its Visitor. */
const queueWaitMs = 30_000;
const queueTries = 4;
const accountWaitMs = 300_000;

export async function consumeLetters(batch: MessageBatch<LetterMessage>, env: Env): Promise<void> {
  const byShop = Map.groupBy(batch.messages, ({ body }) => body.shop);
  await Promise.all([...byShop].map(([shop, messages]) => consumeOf(env, shop, messages)));
}

async function consumeOf(env: Env, shop: ShopId, messages: readonly Incoming[]): Promise<void> {
  let outlet: Outlet | null = null;
  try {
    outlet = await Outlet.open(env, shop);
    if (!outlet) {
      for (const message of messages) message.ack();
      return;
    }
    const { marketing = [], service = [] } = Object.groupBy(messages, ({ body }) => purposeOf(body.brief));
    await Promise.all([
      leave(env, outlet, { messages: marketing, purpose: 'marketing' }),
      leave(env, outlet, { messages: service, purpose: 'service' }),
    ]);
  } catch (error) {
    console.error('letters of a shop are tried later', { shop, error: said(error) });
    for (const message of messages) retryLater(message);
  } finally {
    await outlet?.close();
  }
}

/** What asks somebody to confirm goes before everything that sells. A message that was parked does not say what it is. */
function purposeOf(brief: Brief | undefined): Purpose {
  return brief?.kind === 'confirm' ? 'service' : 'marketing';
}

async function leave(
  env: Env,
  outlet: Outlet,
  { messages, purpose }: { messages: readonly Incoming[]; purpose: Purpose },
): Promise<void> {
  const waits = await outlet.admit(messages.length, purpose);
  await Promise.all(
    messages.map(async (message, at) => {
      const wait = waits[at] ?? null;
      try {
        if (wait) return await putOff(env, message, wait);
        await sendLetter(env, outlet, message.body);
        message.ack();
      } catch (error) {
        console.error('a letter is tried later', { letter: message.body.letter, error: said(error) });
        retryLater(message);
      }
    }),
  );
}

async function putOff(env: Env, message: Incoming, { afterMs, because }: NonNullable<Wait>): Promise<void> {
  if (afterMs <= queueWaitMs && message.attempts < queueTries)
    return message.retry({ delaySeconds: Math.max(1, Math.ceil(afterMs / 1_000)) });
  const { visitor, letter } = message.body;
  await env.VISITOR.getByName(visitor).defer({ letter, until: Date.now() + afterMs, because });
  message.ack();
}

/** Sends a letter if its Visitor says so. Returns when there is nothing more to do now; throws where trying again may help. */
async function sendLetter(env: Env, outlet: Outlet, message: LetterMessage): Promise<void> {
  const { shop, visitor: name, letter, brief: brought } = message;
  const { settings, worths } = outlet;
  const visitor = env.VISITOR.getByName(name);
  const held = await heldUp(env, shop, Date.now());
  let brief = brought ?? (await visitor.brief({ letter }));
  if (brief.kind === 'compose' && brief.about.kind === 'supplies') {
    // Worked out when the last order came; nights have gone by since.
    await tellSupplies(env, shop, [brief.person], 'all');
    brief = await visitor.brief({ letter });
  }
  for (let composition = 0; composition < maxCompositions; composition += 1) {
    if (brief.kind === 'leave') return;
    // A letter that asks to confirm goes to who has just asked for it.
    if (held && brief.kind === 'compose') return visitor.settle({ letter, attempt: 0, settlement: held });
    const composed = await composedOf(env, outlet, { shop, letter, brief });
    if (!composed.ok && brief !== brought)
      return visitor.settle({ letter, attempt: 0, settlement: composed.settlement });
    if (composed.ok) {
      const purpose = purposeOf(brief);
      const closed = outlet.closedUntil(composed.message.to.address, purpose);
      if (closed) return visitor.defer({ letter, ...closed });
      const claim = await visitor.claim({
        letter,
        subject: composed.message.subject,
        rev: brief.kind === 'compose' ? brief.about.rev : 0,
        shows: composed.shows,
        settings: triggerSettingsOf(settings, worths),
        facts: composed.facts,
        ...(composed.consent ? { consent: composed.consent } : {}),
      });
      if (claim.kind === 'leave') return;
      if (claim.kind === 'go') {
        const outcome = await outlet.send(composed.message, purpose);
        return visitor.settle({ letter, attempt: claim.attempt, settlement: settlementOf(outcome) });
      }
    }
    // What it is about is another than it was, or may be: no letter is stopped for what a message remembered.
    brief = await visitor.brief({ letter });
  }
  throw new Error('what the letter is about changed at every try');
}

async function composedOf(
  env: Env,
  { settings }: Outlet,
  { shop, letter, brief }: { shop: ShopId; letter: string; brief: Exclude<Brief, { kind: 'leave' }> },
) {
  const { LINK_SECRET: linkSecret, PUBLIC_URL: publicUrl } = settingsOf(env);
  const now = Date.now();
  const use = brief.scenario as ScenarioCode;
  const template: TemplateFor = (language) => templateOf(env, shop, { use, settings, language }, now);
  const deps = { db: databaseOf(env), shop, settings, template, linkSecret, publicUrl, now };
  return brief.kind === 'compose' ? composeLetter(deps, letter, brief) : composeConfirmation(deps, letter, brief);
}

function settlementOf(outcome: SendOutcome): Settlement {
  switch (outcome.kind) {
    case 'accepted':
      return { kind: 'sent' };
    case 'refused':
      return { kind: 'refused', permanent: outcome.permanent, answer: outcome.answer.slice(0, 200) };
    case 'unreachable':
      return { kind: 'unreachable', because: outcome.because };
    case 'unknown':
      return { kind: 'unknown', because: outcome.because };
    case 'later':
      return { kind: 'later', afterMs: outcome.afterMs, because: outcome.because.slice(0, 200) };
    case 'rejected-credentials':
      return { kind: 'rejects-us', afterMs: accountWaitMs, because: outcome.because.slice(0, 200) };
  }
}
