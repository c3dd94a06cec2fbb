// Cloudflare Email Service over REST (developers.cloudflare.com/email-service/api/send-emails/rest-api). It takes transactional mail
// only, and of headers those of a list (reference/headers): Message-ID, Date and Feedback-ID are its own.
import type { SettingsOf } from '@winback/domain';
import { providerTraits } from '@winback/domain';
import type { OutgoingMessage } from '../message.ts';
import type { Answer, ApiDeps } from './api.ts';
import { askApi, gatewayOutcome, isObject, refusedBy, sentence } from './api.ts';
import { plainName } from './mailbox.ts';
import type { CheckOutcome, Provider, SendOutcome } from './port.ts';

const allowed = /^(list-unsubscribe|list-unsubscribe-post|list-id|precedence|auto-submitted|x-.+)$/i;
const longestValue = 2_048;

export function cloudflareProvider({ accountId, apiToken }: SettingsOf<'cloudflare'>, deps: ApiDeps): Provider {
  const origin = deps.origin ?? 'https://api.cloudflare.com';
  const headers = { authorization: `Bearer ${apiToken}`, 'content-type': 'application/json' };
  return {
    traits: providerTraits.cloudflare,
    send: async (message) => {
      const url = `${origin}/client/v4/accounts/${accountId}/email/sending/send`;
      const asked = await askApi(deps, { url, headers, body: JSON.stringify(bodyOf(message)) });
      return asked.ok ? outcomeOf(asked.answer, message.to.address) : asked.outcome;
    },
    check: async (): Promise<CheckOutcome> => {
      const url = `${origin}/client/v4/accounts/${accountId}/tokens/verify`;
      const asked = await askApi(deps, { url, method: 'GET', headers });
      if (!asked.ok) return asked.outcome;
      const { status, body } = asked.answer;
      // A user's token is none of the account's: it may be good all the same.
      if (status === 200 && isObject(body) && body['success'] === true) return { kind: 'cannot-tell' };
      return gatewayOutcome(asked.answer) === null
        ? { kind: 'cannot-tell' }
        : { kind: 'unreachable', because: sentence(asked.answer) };
    },
    close: () => undefined,
  };
}

function bodyOf({ from, to, replyTo, subject, html, text, headers }: OutgoingMessage) {
  const taken = Object.entries(headers).filter(([name, value]) => allowed.test(name) && value.length <= longestValue);
  return {
    from: { address: from.address, name: plainName(from.name) },
    to: to.address,
    ...(replyTo === null ? {} : { reply_to: replyTo }),
    ...{ subject, html, text },
    headers: Object.fromEntries(taken),
  };
}

function outcomeOf(answer: Answer, to: string): SendOutcome {
  const { status, body } = answer;
  const result = isObject(body) && isObject(body['result']) ? body['result'] : {};
  if (status === 200 && isObject(body) && body['success'] === true) {
    const bounced: unknown = result['permanent_bounces'];
    if (Array.isArray(bounced) && bounced.includes(to))
      return { kind: 'refused', permanent: true, answer: 'the address bounced for good' };
    return { kind: 'accepted', answer: 'OK' };
  }
  const words = sentence(answer);
  if (/rate limit|daily limit|quota/i.test(words)) return { kind: 'later', afterMs: 60_000, because: words };
  if (status === 401 || status === 403 || /not verified|not entitled|authenticat/i.test(words))
    return { kind: 'rejected-credentials', because: words };
  return gatewayOutcome(answer) ?? refusedBy(answer);
}
