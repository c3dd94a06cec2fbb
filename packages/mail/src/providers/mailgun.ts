// Mailgun (documentation.mailgun.com, Messages): a form, one recipient, variables that come back with its webhooks.
import type { SettingsOf } from '@winback/domain';
import { providerTraits } from '@winback/domain';
import type { OutgoingMessage } from '../message.ts';
import type { Answer, ApiDeps } from './api.ts';
import { askApi, gatewayOutcome, isObject, refusedBy, sentence } from './api.ts';
import { mailbox } from './mailbox.ts';
import type { CheckOutcome, Provider, SendOutcome } from './port.ts';

const origins = { us: 'https://api.mailgun.net', eu: 'https://api.eu.mailgun.net' };

export function mailgunProvider({ apiKey, domain, region }: SettingsOf<'mailgun'>, deps: ApiDeps): Provider {
  const origin = deps.origin ?? origins[region];
  const headers = { authorization: `Basic ${btoa(`api:${apiKey}`)}` };
  return {
    traits: providerTraits.mailgun,
    send: async (message) => {
      const asked = await askApi(deps, { url: `${origin}/v3/${domain}/messages`, headers, body: formOf(message) });
      return asked.ok ? outcomeOf(asked.answer) : asked.outcome;
    },
    check: async (): Promise<CheckOutcome> => {
      const asked = await askApi(deps, { url: `${origin}/v4/domains/${domain}`, method: 'GET', headers });
      if (!asked.ok) return asked.outcome;
      // A key that may only send for its domain may not ask this.
      if (asked.answer.status === 403) return { kind: 'cannot-tell' };
      const outcome = asked.answer.status === 200 ? null : outcomeOf(asked.answer);
      return outcome === null || outcome.kind === 'accepted' ? { kind: 'good' } : outcome;
    },
    close: () => undefined,
  };
}

function formOf({ from, to, replyTo, subject, html, text, headers, messageId, letter }: OutgoingMessage): FormData {
  const form = new FormData();
  form.set('from', mailbox(from));
  form.set('to', mailbox(to));
  form.set('subject', subject);
  form.set('text', text);
  form.set('html', html);
  for (const [name, value] of Object.entries(headers)) form.set(`h:${name}`, value);
  form.set('h:Message-Id', messageId);
  if (replyTo !== null) form.set('h:Reply-To', replyTo);
  form.set('v:letter', letter);
  form.set('o:tracking', 'no');
  return form;
}

function outcomeOf(answer: Answer): SendOutcome {
  const { status, body } = answer;
  if (status === 200 && isObject(body) && typeof body['id'] === 'string')
    return { kind: 'accepted', answer: 'Queued', id: body['id'] };
  // 402: the account is not paid for. 404: the domain is not theirs.
  if ([401, 402, 403, 404].includes(status)) return { kind: 'rejected-credentials', because: sentence(answer) };
  return gatewayOutcome(answer) ?? refusedBy(answer);
}
