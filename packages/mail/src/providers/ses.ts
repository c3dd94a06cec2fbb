// Amazon SES v2 (docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html), the message as MIME. It writes a Message-ID and a
// Date of its own: the tag `letter` comes back with its notices. It says nothing of rates in headers; the error's name does.
import type { SettingsOf } from '@winback/domain';
import { providerTraits } from '@winback/domain';
import { AwsV4Signer } from 'aws4fetch';
import type { OutgoingMessage } from '../message.ts';
import type { Answer, ApiDeps } from './api.ts';
import { askApi, gatewayOutcome, isObject, refusedBy, sentence } from './api.ts';
import { mimeOf } from './mime.ts';
import type { CheckOutcome, Provider, SendOutcome } from './port.ts';

const account = new Set([
  'AccessDeniedException',
  'AccountSuspendedException',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MailFromDomainNotVerifiedException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'NotFoundException',
  'OptInRequired',
  'SendingPausedException',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);
const slower = new Set(['TooManyRequestsException', 'Throttling', 'ThrottlingException', 'RequestThrottled']);
const quotaWaitMs = 30 * 60_000;

export function sesProvider(settings: SettingsOf<'ses'>, deps: ApiDeps): Provider {
  const origin = deps.origin ?? `https://email.${settings.region}.amazonaws.com`;
  const ask = async (request: {
    path: string;
    method: 'GET' | 'POST';
    body?: string;
  }): Promise<Answer | SendOutcome> => {
    const { path, method, body } = request;
    const { region, accessKeyId, secretAccessKey } = settings;
    const headers = { 'content-type': 'application/json' };
    const asked = { method, url: `${origin}${path}`, headers, ...(body === undefined ? {} : { body }) };
    const signed = await new AwsV4Signer({ ...asked, accessKeyId, secretAccessKey, region, service: 'ses' }).sign();
    const outcome = await askApi(deps, { ...asked, headers: Object.fromEntries(signed.headers) });
    return outcome.ok ? outcome.answer : outcome.outcome;
  };
  return {
    traits: providerTraits.ses,
    send: async (message) => {
      const body = JSON.stringify(await bodyOf(message, settings));
      const answer = await ask({ path: '/v2/email/outbound-emails', method: 'POST', body });
      return 'kind' in answer ? answer : outcomeOf(answer);
    },
    check: async (): Promise<CheckOutcome> => {
      const answer = await ask({ path: '/v2/email/account', method: 'GET' });
      const outcome = 'kind' in answer ? answer : answer.status === 200 ? null : outcomeOf(answer);
      return outcome === null || outcome.kind === 'accepted' ? { kind: 'good' } : outcome;
    },
    close: () => undefined,
  };
}

async function bodyOf(message: OutgoingMessage, { configurationSet }: SettingsOf<'ses'>) {
  const mime = await mimeOf(message);
  return {
    FromEmailAddress: message.from.address,
    Destination: { ToAddresses: [message.to.address] },
    Content: { Raw: { Data: mime.toString('base64') } },
    EmailTags: [{ Name: 'letter', Value: message.letter }],
    ...(configurationSet === '' ? {} : { ConfigurationSetName: configurationSet }),
  };
}

function outcomeOf(answer: Answer): SendOutcome {
  const { status, body } = answer;
  if (status === 200 && isObject(body) && typeof body['MessageId'] === 'string')
    return { kind: 'accepted', answer: 'OK', id: body['MessageId'] };
  const name = errorName(answer);
  const words = sentence(answer);
  if (slower.has(name) || name === 'LimitExceededException') {
    const isDaily = /daily|quota/i.test(words) || name === 'LimitExceededException';
    return { kind: 'later', afterMs: isDaily ? quotaWaitMs : 1_000, because: words };
  }
  const isOurs = /not verified|not authorized/i.test(words);
  if (account.has(name) || (status === 403 && name !== '') || (name === 'MessageRejected' && isOurs))
    return { kind: 'rejected-credentials', because: words };
  return gatewayOutcome(answer) ?? refusedBy(answer);
}

/** `TooManyRequestsException:http://internal.amazon.com/…` in a header, or `__type` in the body. */
function errorName({ headers, body }: Answer): string {
  const said = headers.get('x-amzn-errortype') ?? (isObject(body) ? String(body['__type'] ?? '') : '');
  return (said.split(':')[0] ?? '').split('#').at(-1) ?? '';
}
