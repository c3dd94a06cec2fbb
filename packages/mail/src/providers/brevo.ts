// Brevo (developers.brevo.com/reference/sendtransacemail). Knows a request by a UUID for 15 minutes (30 by another of its pages). It
// keeps no Message-ID of ours; the tag comes back with its webhooks, and so does X-Mailin-custom.
import type { SettingsOf } from '@winback/domain';
import { providerTraits } from '@winback/domain';
import type { OutgoingMessage } from '../message.ts';
import type { Answer, ApiDeps } from './api.ts';
import { askApi, gatewayOutcome, isObject, refusedBy, repeated, sentence } from './api.ts';
import { plainName } from './mailbox.ts';
import type { CheckOutcome, Provider, SendOutcome } from './port.ts';

export function brevoProvider({ apiKey }: SettingsOf<'brevo'>, deps: ApiDeps): Provider {
  const origin = deps.origin ?? 'https://api.brevo.com';
  const headers = { accept: 'application/json', 'content-type': 'application/json', 'api-key': apiKey };
  return {
    traits: providerTraits.brevo,
    send: async (message) => {
      const body = JSON.stringify(await bodyOf(message));
      return repeated(deps, async (again) => {
        const asked = await askApi(deps, { url: `${origin}/v3/smtp/email`, headers, body });
        return asked.ok ? outcomeOf(asked.answer, again) : asked.outcome;
      });
    },
    check: async (): Promise<CheckOutcome> => {
      const asked = await askApi(deps, { url: `${origin}/v3/account`, method: 'GET', headers });
      if (!asked.ok) return asked.outcome;
      const outcome = asked.answer.status === 200 ? null : outcomeOf(asked.answer, false);
      return outcome === null || outcome.kind === 'accepted' ? { kind: 'good' } : outcome;
    },
    close: () => undefined,
  };
}

async function bodyOf({ from, to, replyTo, subject, html, text, headers, letter }: OutgoingMessage) {
  const name = plainName(to.name);
  return {
    sender: { email: from.address, name: plainName(from.name) },
    to: [{ email: to.address, ...(name === '' ? {} : { name }) }],
    ...(replyTo === null ? {} : { replyTo: { email: replyTo } }),
    subject,
    htmlContent: html,
    textContent: text,
    headers: { ...headers, idempotencyKey: await uuidOf(letter), 'X-Mailin-custom': `letter:${letter}` },
    tags: [`letter:${letter}`],
  };
}

function outcomeOf(answer: Answer, again: boolean): SendOutcome {
  const { status, body } = answer;
  if (status === 201 || status === 202) {
    const id = isObject(body) && typeof body['messageId'] === 'string' ? { id: body['messageId'] } : {};
    return { kind: 'accepted', answer: 'OK', ...id };
  }
  // What was taken before is refused as a duplicate: that is the answer that was lost.
  if (again && status < 500 && /idempoten|duplicate/i.test(sentence(answer)))
    return { kind: 'accepted', answer: sentence(answer) };
  if (status === 401 || status === 402 || status === 403 || codeOf(answer) === 'not_enough_credits')
    return { kind: 'rejected-credentials', because: sentence(answer) };
  return gatewayOutcome(answer) ?? refusedBy(answer);
}

function codeOf({ body }: Answer): string {
  return isObject(body) ? String(body['code'] ?? '') : '';
}

/** The same UUID for the same letter (RFC 9562 §5.8: version 8, bits of our own choice). */
async function uuidOf(letter: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(letter)));
  const hex = [...digest.slice(0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
