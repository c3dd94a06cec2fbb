// SendGrid (twilio.com/docs/sendgrid/api-reference/mail-send/mail-send). 202 without a body is success. X-RateLimit-Reset is a moment.
import type { SettingsOf } from '@winback/domain';
import { providerTraits } from '@winback/domain';
import type { OutgoingMessage } from '../message.ts';
import type { Answer, ApiDeps } from './api.ts';
import { askApi, gatewayOutcome, refusedBy, sentence, tooFast } from './api.ts';
import { plainName } from './mailbox.ts';
import type { CheckOutcome, Provider, SendOutcome } from './port.ts';

const origins = { global: 'https://api.sendgrid.com', eu: 'https://api.eu.sendgrid.com' };

export function sendgridProvider({ apiKey, region }: SettingsOf<'sendgrid'>, deps: ApiDeps): Provider {
  const origin = deps.origin ?? origins[region];
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  return {
    traits: providerTraits.sendgrid,
    send: async (message) => {
      const body = JSON.stringify(bodyOf(message));
      const asked = await askApi(deps, { url: `${origin}/v3/mail/send`, headers, body });
      return asked.ok ? outcomeOf(asked.answer) : asked.outcome;
    },
    check: async (): Promise<CheckOutcome> => {
      const asked = await askApi(deps, { url: `${origin}/v3/scopes`, method: 'GET', headers });
      if (!asked.ok) return asked.outcome;
      if (asked.answer.status === 200) {
        if (asked.answer.text.includes('"mail.send"')) return { kind: 'good' };
        return { kind: 'rejected-credentials', because: 'the key may not send: it lacks the scope mail.send' };
      }
      const outcome = outcomeOf(asked.answer);
      return outcome.kind === 'accepted' ? { kind: 'good' } : outcome;
    },
    close: () => undefined,
  };
}

function bodyOf({ from, to, replyTo, subject, html, text, headers, messageId, letter }: OutgoingMessage) {
  const name = plainName(to.name);
  return {
    personalizations: [{ to: [{ email: to.address, ...(name === '' ? {} : { name }) }], custom_args: { letter } }],
    from: { email: from.address, name: plainName(from.name) },
    ...(replyTo === null ? {} : { reply_to: { email: replyTo } }),
    subject,
    content: [
      { type: 'text/plain', value: text },
      { type: 'text/html', value: html },
    ],
    headers: { ...headers, 'Message-ID': messageId },
    tracking_settings: {
      click_tracking: { enable: false, enable_text: false },
      open_tracking: { enable: false },
      subscription_tracking: { enable: false },
    },
  };
}

function outcomeOf(answer: Answer): SendOutcome {
  const { status, headers } = answer;
  const id = headers.get('x-message-id');
  if (status === 202) return { kind: 'accepted', answer: 'Accepted', ...(id === null ? {} : { id }) };
  if (status === 429) {
    const resetAt = Number(headers.get('x-ratelimit-reset') ?? Number.NaN) * 1_000;
    const waitMs = Number.isNaN(resetAt) ? 5_000 : Math.min(Math.max(resetAt - Date.now(), 1_000), 600_000);
    return tooFast(answer, waitMs);
  }
  if (status === 401 || status === 403) return { kind: 'rejected-credentials', because: sentence(answer) };
  return gatewayOutcome(answer) ?? refusedBy(answer);
}
