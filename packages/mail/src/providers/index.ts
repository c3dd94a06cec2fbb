import type { ProviderSettings } from '@winback/domain';
import { assertNever } from '@winback/domain';
import type { ApiDeps } from './api.ts';
import { brevoProvider } from './brevo.ts';
import { cloudflareProvider } from './cloudflare.ts';
import { mailgunProvider } from './mailgun.ts';
import { mandrillProvider } from './mandrill.ts';
import type { Provider } from './port.ts';
import { postmarkProvider } from './postmark.ts';
import { resendProvider } from './resend.ts';
import { sendgridProvider } from './sendgrid.ts';
import { sesProvider } from './ses.ts';
import { smtpProvider } from './smtp.ts';

export type { ApiDeps, Fetch } from './api.ts';
export type { CheckOutcome, Provider, SendOutcome } from './port.ts';
export type { SmtpSettings } from './smtp.ts';
export { smtpProvider } from './smtp.ts';

/** The provider of a shop's settings. Close it when the last letter was answered. */
export function openProvider(settings: ProviderSettings, deps: ApiDeps): Provider {
  switch (settings.kind) {
    case 'smtp': {
      const { host, port, tls, user, password, dkimDomain, dkimSelector, dkimKey } = settings;
      const key = { domain: dkimDomain, selector: dkimSelector, privateKey: dkimKey };
      const dkim = dkimDomain && dkimSelector && dkimKey ? key : null;
      const signIn = user === '' ? {} : { user, password };
      return smtpProvider({
        host,
        port,
        secure: tls === 'always',
        requireTls: tls === 'starttls' && user !== '',
        dkim,
        ...signIn,
      });
    }
    case 'ses':
      return sesProvider(settings, deps);
    case 'postmark':
      return postmarkProvider(settings, deps);
    case 'resend':
      return resendProvider(settings, deps);
    case 'sendgrid':
      return sendgridProvider(settings, deps);
    case 'mailgun':
      return mailgunProvider(settings, deps);
    case 'brevo':
      return brevoProvider(settings, deps);
    case 'mandrill':
      return mandrillProvider(settings, deps);
    case 'cloudflare':
      return cloudflareProvider(settings, deps);
    default:
      return assertNever(settings);
  }
}
