// Postmark's Email API (postmarkapp.com/developer/api/email-api). HTTP 200 is not success: ErrorCode says it.
import type { SettingsOf } from '@winback/domain';
import { providerTraits } from '@winback/domain';
import type { OutgoingMessage } from '../message.ts';
import type { Answer, ApiDeps } from './api.ts';
import { askApi, gatewayOutcome, isObject, refusedBy, sentence } from './api.ts';
import { mailbox } from './mailbox.ts';
import type { CheckOutcome, Provider, SendOutcome } from './port.ts';

/** Codes that are about the account: the token, the sender's signature, the credit, the stream. */
const accountCodes = new Set([10, 400, 401, 405, 412, 413, 1235]);

export function postmarkProvider(settings: SettingsOf<'postmark'>, deps: ApiDeps): Provider {
  const { serverToken, messageStream } = settings;
  const origin = deps.origin ?? 'https://api.postmarkapp.com';
  const headers = {
    accept: 'application/json',
    'content-type': 'application/json',
    'x-postmark-server-token': serverToken,
  };
  return {
    traits: providerTraits.postmark,
    send: async (message) => {
      const body = JSON.stringify(bodyOf(message, messageStream));
      const asked = await askApi(deps, { url: `${origin}/email`, headers, body });
      return asked.ok ? outcomeOf(asked.answer) : asked.outcome;
    },
    check: async (): Promise<CheckOutcome> => {
      const asked = await askApi(deps, { url: `${origin}/server`, method: 'GET', headers });
      if (!asked.ok) return asked.outcome;
      const outcome = asked.answer.status === 200 ? null : outcomeOf(asked.answer);
      return outcome === null || outcome.kind === 'accepted' ? { kind: 'good' } : outcome;
    },
    close: () => undefined,
  };
}

function bodyOf(message: OutgoingMessage, stream: string) {
  const { from, to, replyTo, subject, html, text, headers, messageId, letter } = message;
  // Without X-PM-KeepID Postmark writes a Message-ID of its own.
  const all = { ...headers, 'Message-ID': messageId, 'X-PM-KeepID': 'true' };
  return {
    From: mailbox(from),
    To: mailbox(to),
    ...(replyTo === null ? {} : { ReplyTo: replyTo }),
    Subject: subject,
    HtmlBody: html,
    TextBody: text,
    MessageStream: stream,
    Headers: Object.entries(all).map(([Name, Value]) => ({ Name, Value })),
    Metadata: { letter },
    TrackOpens: false,
    TrackLinks: 'None',
  };
}

function outcomeOf(answer: Answer): SendOutcome {
  const { status, body } = answer;
  const code = isObject(body) ? Number(body['ErrorCode']) : Number.NaN;
  if (status === 200 && code === 0) {
    const id = isObject(body) && typeof body['MessageID'] === 'string' ? { id: body['MessageID'] } : {};
    return { kind: 'accepted', answer: 'OK', ...id };
  }
  if (code === 429) return { kind: 'later', afterMs: 5_000, because: sentence(answer) };
  if (code === 100) return { kind: 'refused', permanent: false, answer: sentence(answer) };
  if (status === 401 || status === 403 || accountCodes.has(code))
    return { kind: 'rejected-credentials', because: sentence(answer) };
  return gatewayOutcome(answer) ?? refusedBy(answer);
}
