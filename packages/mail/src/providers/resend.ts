// Resend (resend.com/docs/api-reference/emails/send-email, /errors, /rate-limit). Knows a request by its key for 24 hours.
import type { SettingsOf } from '@winback/domain';
import { providerTraits } from '@winback/domain';
import type { OutgoingMessage } from '../message.ts';
import type { Answer, ApiDeps } from './api.ts';
import { askApi, gatewayOutcome, isObject, refusedBy, repeated, sentence, tooFast } from './api.ts';
import { mailbox } from './mailbox.ts';
import type { CheckOutcome, Provider, SendOutcome } from './port.ts';

const quotaWaitMs = 30 * 60_000;

export function resendProvider({ apiKey }: SettingsOf<'resend'>, deps: ApiDeps): Provider {
  const origin = deps.origin ?? 'https://api.resend.com';
  // Without a User-Agent it answers 403.
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json', 'user-agent': 'winback' };
  return {
    traits: providerTraits.resend,
    send: (message) => {
      const body = JSON.stringify(bodyOf(message));
      return repeated(deps, async () => {
        const keyed = { ...headers, 'idempotency-key': `letter/${message.letter}` };
        const asked = await askApi(deps, { url: `${origin}/emails`, headers: keyed, body });
        return asked.ok ? outcomeOf(asked.answer) : asked.outcome;
      });
    },
    check: async (): Promise<CheckOutcome> => {
      const asked = await askApi(deps, { url: `${origin}/domains`, method: 'GET', headers });
      if (!asked.ok) return asked.outcome;
      if (asked.answer.status === 200) return { kind: 'good' };
      // A key that may only send is good, and may not ask this.
      if (nameOf(asked.answer) === 'restricted_api_key') return { kind: 'cannot-tell' };
      const outcome = outcomeOf(asked.answer);
      return outcome.kind === 'accepted' ? { kind: 'good' } : outcome;
    },
    close: () => undefined,
  };
}

function bodyOf({ from, to, replyTo, subject, html, text, headers, messageId, letter }: OutgoingMessage) {
  return {
    from: mailbox(from),
    to: [mailbox(to)],
    ...(replyTo === null ? {} : { reply_to: replyTo }),
    ...{ subject, html, text },
    headers: { ...headers, 'Message-ID': messageId },
    tags: [{ name: 'letter', value: letter }],
  };
}

function outcomeOf(answer: Answer): SendOutcome {
  const { status, body } = answer;
  if (status === 200 && isObject(body) && typeof body['id'] === 'string')
    return { kind: 'accepted', answer: 'OK', id: body['id'] };
  const name = nameOf(answer);
  if (name === 'daily_quota_exceeded' || name === 'monthly_quota_exceeded')
    return { kind: 'later', afterMs: quotaWaitMs, because: sentence(answer) };
  if (status === 429) return { ...tooFast(answer, 1_000), ...rateOf(answer) };
  // The same letter is being taken by a request before this one, or was in other words: its answer is lost, not refused.
  if (status === 409) return { kind: 'unknown', because: sentence(answer) };
  if (status === 401 || status === 403) return { kind: 'rejected-credentials', because: sentence(answer) };
  return gatewayOutcome(answer) ?? refusedBy(answer);
}

function nameOf({ body }: Answer): string {
  return isObject(body) ? String(body['name'] ?? '') : '';
}

/** `ratelimit-limit` is said of a window of a second. */
function rateOf({ headers }: Answer): { perSecond?: number } {
  const limit = Number(headers.get('ratelimit-limit') ?? Number.NaN);
  return limit >= 1 ? { perSecond: limit } : {};
}
