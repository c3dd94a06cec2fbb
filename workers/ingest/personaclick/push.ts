// Events: `/push` in its forms of twelve years, `/push/custom`, and the profile words of `/push_attributes`.
import { Hono } from 'hono';
import { failed, succeeded } from './answers.ts';
import type { WireCall, WireContext, WireEnv } from './call.ts';
import { callOf } from './call.ts';
import { customIn } from './custom.ts';
import { introduced } from './introduced.ts';
import { profileIn } from './profile-fields.ts';
import { eventsIn } from './push-events.ts';
import { saidWith } from './said-with.ts';
import type { Draft } from './spoken.ts';
import { spoken } from './spoken.ts';
import { noteOf, take } from './take.ts';
import type { Names, Who } from './who.ts';
import { whoIn } from './who.ts';

export const push = new Hono<WireEnv>()
  .post('/push', async (c) => {
    const call = await callOf(c);
    const who = await whoIn(c, call);
    const { params, now } = call;
    c.set('saying', String(params['event'] ?? ''));
    const drafts = eventsIn({ params, names: who, speaker: speakerOf(who), now });
    if (drafts === null) noteOf(c, call, 'not-ours');
    else await tell(c, call, who, drafts);
    return succeeded(c);
  })
  .post('/push/custom', async (c) => {
    const call = await callOf(c);
    const who = await whoIn(c, call);
    await tell(c, call, who, [customIn(call.params, call.now)]);
    return succeeded(c);
  })
  .post('/push_attributes', async (c) => {
    const call = await callOf(c);
    const who = await whoIn(c, call);
    await tell(c, call, who, profileIn(call.params));
    return succeeded(c);
  })
  .all('/push', (c) => failed(c, 405, 'Use POST'))
  .all('/push/custom', (c) => failed(c, 405, 'Use POST'))
  .all('/push_attributes', (c) => failed(c, 405, 'Use POST'));

/** Stores what somebody said, after what their names say that is new. */
export async function tell(c: WireContext, call: WireCall, who: Who, drafts: readonly Draft[]): Promise<void> {
  const { shop, params, now } = call;
  const speaker = speakerOf(who);
  const aside = saidWith(params);
  const by = who.vouched ? 'server' : 'browser';
  const news = introduced({ shop, speaker, by }, unnamed(who, drafts), now);
  const said = { speaker, params, with: aside, now };
  const told = spoken([...news.drafts, ...drafts], said);
  if ((await take(c, call, { ...who, ...told })) === 'taken') news.remember();
}

/** The names that no draft says itself, and better: an order proves more, a ticked box agrees to more. */
function unnamed({ email, phone, externalId }: Who, drafts: readonly Draft[]): Names {
  const addressed = drafts.some((draft) => draft.type === 'identify' || (draft.type === 'purchase' && draft.email));
  const described = drafts.some(({ type }) => type === 'profile');
  const rest = described ? { phone: null, externalId: null } : { phone, externalId };
  return { email: addressed ? null : email, ...rest };
}

/** Names who speaks, for telling repetitions: the browser, or the person where no browser is named. */
function speakerOf({ visitor, email, phone, externalId }: Who): string {
  return visitor ?? `${email} ${phone} ${externalId}`;
}
