// One letter: compose, claim, hand over, settle. The message brings the brief; the Visitor is asked twice, and for another brief
// only where that one is stale. Only after its `go` does a byte leave, and `go` is given once. Dying between any two lines
// leaves a state that the Visitor's own alarm resolves.
import type { ScenarioCode } from '@winback/domain';
import { triggerSettingsOf } from '@winback/engine/triggers';
import type { SendOutcome } from '@winback/mail';
import type { Env } from '../env.ts';
import { databaseOf, settingsOf } from '../env.ts';
import type { LetterMessage } from '../messages.ts';
import { said } from '../said.ts';
import { freshShopSettings } from '../shop-settings.ts';
import { templateOf } from '../templates.ts';
import type { Settlement } from '../visitor/answers.ts';
import { composeLetter } from './compose.ts';
import { composeConfirmation } from './compose-confirmation.ts';
import { providerOf } from './provider.ts';
import { retryLater } from './retry.ts';
import { heldUp } from './sending-pause.ts';

const maxCompositions = 3;

export async function consumeLetters(batch: MessageBatch<LetterMessage>, env: Env): Promise<void> {
  await Promise.all(
    batch.messages.map(async (message) => {
      try {
        await sendLetter(env, message.body);
        message.ack();
      } catch (error) {
        console.error('a letter is tried later', {
          letter: message.body.letter,
          error: said(error),
        });
        retryLater(message);
      }
    }),
  );
}

/** Sends a letter if its Visitor says so. Returns when there is nothing more to do now; throws where trying again may help. */
async function sendLetter(env: Env, { shop, visitor: name, letter, brief: brought }: LetterMessage): Promise<void> {
  const settings = await freshShopSettings(env, shop, Date.now());
  if (!settings) return;
  const visitor = env.VISITOR.getByName(name);
  const held = await heldUp(env, shop, Date.now());
  const { LINK_SECRET: linkSecret, PUBLIC_URL: publicUrl } = settingsOf(env);
  let brief = brought ?? (await visitor.brief({ letter }));
  for (let composition = 0; composition < maxCompositions; composition += 1) {
    if (brief.kind === 'leave') return;
    // A letter that asks to confirm goes to who has just asked for it.
    if (held && brief.kind === 'compose') return visitor.settle({ letter, attempt: 0, settlement: held });
    const now = Date.now();
    const template = await templateOf(env, shop, { scenario: brief.scenario as ScenarioCode, settings }, now);
    const deps = { db: databaseOf(env), shop, settings, template, linkSecret, publicUrl, now };
    const composed = await (brief.kind === 'compose'
      ? composeLetter(deps, letter, brief)
      : composeConfirmation(deps, letter, brief));
    if (!composed.ok && brief !== brought)
      return visitor.settle({ letter, attempt: 0, settlement: composed.settlement });
    if (composed.ok) {
      const claim = await visitor.claim({
        letter,
        subject: composed.message.subject,
        rev: brief.kind === 'compose' ? brief.about.rev : 0,
        shows: composed.shows,
        settings: triggerSettingsOf(settings),
      });
      if (claim.kind === 'leave') return;
      if (claim.kind === 'go') {
        const outcome = await providerOf(env).send(composed.message);
        return visitor.settle({ letter, attempt: claim.attempt, settlement: settlementOf(outcome) });
      }
    }
    // What it is about is another than it was, or may be: no letter is stopped for what a message remembered.
    brief = await visitor.brief({ letter });
  }
  throw new Error('what the letter is about changed at every try');
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
  }
}
