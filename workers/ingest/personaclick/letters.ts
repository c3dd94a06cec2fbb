// What clients report of letters and messages, and the link at the end of the original's old letters. A letter of ours is known by
// its id, which its links carry (`utm_content`); a message of another system's is not ours to count.
import type { Touch } from '@winback/db';
import { subscriberById, touchLetter } from '@winback/db';
import { personIdSchema } from '@winback/domain';
import { signToken } from '@winback/mail';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { databaseOf, settingsOf } from '../../env.ts';
import { succeeded } from './answers.ts';
import type { WireCall, WireContext, WireEnv } from './call.ts';
import { callOf } from './call.ts';
import { textIn } from './params.ts';
import { judged, noteOf } from './take.ts';

const types: readonly (string | null)[] = ['bulk', 'chain', 'transactional'];
const linkMs = 86_400_000;
/** Only a click and an opening are kept; that a message arrived or was closed says nothing of a letter. */
const touches: Readonly<Record<string, Touch>> = { clicked: 'clicked', opened: 'opened' };

export const letters = new Hono<WireEnv>()
  .post('/track/:what{clicked|opened|delivered|closed}', async (c) => {
    const call = await callOf(c);
    if (!types.includes(textIn(call.params, 'type'))) throw new HTTPException(422, { message: 'Type is not valid' });
    const code = textIn(call.params, 'code');
    if (code === null) throw new HTTPException(422, { message: 'Code is not valid' });
    // A crawler that opens what an app would open has clicked nothing.
    const unwanted = judged(c, call);
    if (unwanted) noteOf(c, call, unwanted);
    else if (!(await isTouched(c, call, code))) noteOf(c, call, 'unknown-letter');
    return succeeded(c);
  })
  .on(['POST'], ['/track/stories', '/popup/showed'], async (c) => {
    noteOf(c, await callOf(c), 'not-ours');
    return succeeded(c);
  })
  // Mail scanners follow every link: this one only leads to the page that asks.
  .get('/unsubscribe', async (c) => {
    const call = await callOf(c);
    return c.redirect(`${settingsOf(c.env).PUBLIC_URL.replace(/\/$/, '')}/u/${await tokenFor(c, call)}`, 302);
  });

async function isTouched(c: WireContext, { shop, now }: WireCall, code: string): Promise<boolean> {
  const touch = touches[c.req.param('what') ?? ''] ?? 'seen';
  return code.length <= 128 && touchLetter(databaseOf(c.env), shop, code, { touch, now });
}

/** A code that is no subscriber's leads to the page that says so. */
async function tokenFor(c: WireContext, { shop, params, now }: WireCall): Promise<string> {
  const read = personIdSchema.safeParse(params['code']);
  const person = read.success ? await subscriberById(databaseOf(c.env), shop, read.data) : null;
  if (!person || params['mail_code'] === 'test') return 'unknown';
  const payload = { kind: 'unsubscribe', shop, person: person.id, letter: '', expiresAt: now + linkMs } as const;
  return signToken(settingsOf(c.env).LINK_SECRET, payload);
}
