// The mail server that the operator named.
import type { Provider } from '@winback/mail';
import { smtpProvider } from '@winback/mail';
import type { Env } from '../env.ts';
import { settingsOf } from '../env.ts';

export function providerOf(env: Env): Provider {
  const {
    SMTP_HOST: host,
    SMTP_PORT: port,
    SMTP_SECURE: secure,
    SMTP_USER: user,
    SMTP_PASSWORD: password,
  } = settingsOf(env);
  return smtpProvider({ host, port, secure, ...(user ? { user } : {}), ...(password ? { password } : {}) });
}
