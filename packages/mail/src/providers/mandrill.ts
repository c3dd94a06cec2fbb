// Mailchimp Transactional (mailchimp.com/developer/transactional/api/messages/send-new-message). HTTP 200 is not success: each
// recipient has a status. The key stands in the body; errors come as HTTP 500 with a name.
import type { SettingsOf } from '@winback/domain';
import { providerTraits } from '@winback/domain';
import type { OutgoingMessage } from '../message.ts';
import type { Answer, ApiDeps } from './api.ts';
import { askApi, gatewayOutcome, isObject, refusedBy, sentence } from './api.ts';
import { plainName } from './mailbox.ts';
import type { CheckOutcome, Provider, SendOutcome } from './port.ts';

const account = new Set(['Invalid_Key', 'PaymentRequired', 'Unknown_Subaccount', 'Unknown_Sender']);
/** Reasons that are about us and not about the recipient. */
const ours = new Set(['invalid-sender', 'unsigned', 'test-mode-limit']);

export function mandrillProvider({ apiKey }: SettingsOf<'mandrill'>, deps: ApiDeps): Provider {
  const origin = deps.origin ?? 'https://mandrillapp.com';
  const headers = { 'content-type': 'application/json' };
  return {
    traits: providerTraits.mandrill,
    send: async (message) => {
      const body = JSON.stringify({ key: apiKey, message: messageOf(message), async: false });
      const asked = await askApi(deps, { url: `${origin}/api/1.0/messages/send.json`, headers, body });
      return asked.ok ? outcomeOf(asked.answer) : asked.outcome;
    },
    check: async (): Promise<CheckOutcome> => {
      const body = JSON.stringify({ key: apiKey });
      const asked = await askApi(deps, { url: `${origin}/api/1.0/users/ping2.json`, headers, body });
      if (!asked.ok) return asked.outcome;
      const outcome = asked.answer.status === 200 ? null : outcomeOf(asked.answer);
      return outcome === null || outcome.kind === 'accepted' ? { kind: 'good' } : outcome;
    },
    close: () => undefined,
  };
}

function messageOf({ from, to, replyTo, subject, html, text, headers, messageId, letter }: OutgoingMessage) {
  const more = { ...headers, 'Message-Id': messageId, ...(replyTo === null ? {} : { 'Reply-To': replyTo }) };
  return {
    ...{ html, text, subject },
    from_email: from.address,
    from_name: plainName(from.name),
    to: [{ email: to.address, name: plainName(to.name), type: 'to' }],
    headers: more,
    metadata: { letter },
    track_opens: false,
    track_clicks: false,
    preserve_recipients: false,
  };
}

function outcomeOf(answer: Answer): SendOutcome {
  const { status, body } = answer;
  const first: unknown = Array.isArray(body) ? body[0] : null;
  if (status === 200 && isObject(first)) return recipientOutcome(first);
  const name = isObject(body) ? String(body['name'] ?? '') : '';
  if (account.has(name)) return { kind: 'rejected-credentials', because: sentence(answer) };
  if (name === 'ValidationError') return { kind: 'refused', permanent: true, answer: sentence(answer) };
  return gatewayOutcome(answer) ?? refusedBy(answer);
}

function recipientOutcome(recipient: Record<string, unknown>): SendOutcome {
  const status = String(recipient['status']);
  const reason = String(recipient['reject_reason'] ?? recipient['queued_reason'] ?? '');
  const words = `${status} ${reason}`.trim();
  const id = typeof recipient['_id'] === 'string' ? { id: recipient['_id'] } : {};
  if (status === 'sent' || status === 'queued' || status === 'scheduled')
    return { kind: 'accepted', answer: words, ...id };
  if (ours.has(reason)) return { kind: 'rejected-credentials', because: words };
  return { kind: 'refused', permanent: reason !== 'soft-bounce', answer: words };
}
