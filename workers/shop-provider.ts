// Through whom a shop's letters go: its own provider where it has one that takes them, the operator's server otherwise.
import type { SenderRow } from '@winback/db';
import type { ProviderConfig, ProviderSettings, ShopId } from '@winback/domain';
import { providerSecrets, providerSettingsSchema, providerTraits } from '@winback/domain';
import type { Provider } from '@winback/mail';
import { openProvider, smtpProvider } from '@winback/mail';
import { z } from 'zod';
import type { Env } from './env.ts';
import { settingsOf } from './env.ts';
import { seal, unseal } from './sealed.ts';

/** `service`: confirmations and notices to owners. `marketing`: everything that sells. */
export type Purpose = 'marketing' | 'service';

export interface Channel {
  /** Whose account it is: `operator`, or `shop/<id>`. */
  name: string;
  provider: Provider;
}

export const operatorChannel = 'operator';

export function shopChannel(shop: ShopId): string {
  return `shop/${shop}`;
}

/** Which account takes a shop's letters of a purpose, without opening it. */
export function channelName(shop: ShopId, row: SenderRow | null, purpose: Purpose): string {
  if (!row || row.kind === 'operator') return operatorChannel;
  return purpose === 'service' || providerTraits[row.kind].marketing ? shopChannel(shop) : operatorChannel;
}

/** Opens it. Close the provider when the last letter was answered. */
export async function openChannel(
  env: Env,
  shop: ShopId,
  of: { row: SenderRow | null; purpose: Purpose },
): Promise<Channel> {
  const { row, purpose } = of;
  const name = channelName(shop, row, purpose);
  if (!row || name === operatorChannel) return { name, provider: operatorProvider(env) };
  const settings = await storedSettings(env, shop, row);
  return { name, provider: settings ? openShopProvider(env, settings) : closedProvider(row) };
}

/** A provider by settings that were typed. */
function openShopProvider(env: Env, settings: ProviderSettings): Provider {
  const { PROVIDERS_URL: elsewhere } = settingsOf(env);
  const origin = elsewhere === undefined ? {} : { origin: `${elsewhere}/${settings.kind}` };
  return openProvider(settings, { fetch: (input, init) => fetch(input, init), ...origin });
}

/** The mail server that the operator named. */
function operatorProvider(env: Env): Provider {
  const {
    SMTP_HOST: host,
    SMTP_PORT: port,
    SMTP_SECURE: secure,
    SMTP_USER: user,
    SMTP_PASSWORD: password,
  } = settingsOf(env);
  return smtpProvider({ host, port, secure, ...(user ? { user } : {}), ...(password ? { password } : {}) });
}

const secretsSchema = z.record(z.string(), z.string());

/** The stored settings with their secrets; null: what sealed them is gone. */
export async function storedSettings(env: Env, shop: ShopId, row: SenderRow): Promise<ProviderSettings | null> {
  if (row.kind === 'operator') return null;
  const opened = await unseal(env, { shop, provider: destinationOf(row.kind, row.config) }, row.sealed);
  if (!opened.ok) return null;
  const secrets = secretsSchema.parse(JSON.parse(opened.value));
  const read = providerSettingsSchema.safeParse({ ...row.config, ...secrets, kind: row.kind });
  return read.success ? read.data : null;
}

/** Settings as they are stored: what is no secret in the open, the rest sealed for where it goes. */
export async function sealedSettings(
  env: Env,
  shop: ShopId,
  settings: ProviderSettings,
): Promise<Pick<SenderRow, 'kind' | 'config' | 'sealed'>> {
  const { kind, ...fields } = settings;
  const isSecret = (name: string) => providerSecrets[kind].some((secret) => secret === name);
  const part = (secret: boolean): ProviderConfig =>
    Object.fromEntries(Object.entries(fields).filter(([name]) => isSecret(name) === secret));
  const config = part(false);
  const sealed = await seal(env, { shop, provider: destinationOf(kind, config) }, JSON.stringify(part(true)));
  return { kind, config, sealed };
}

/** To whom a secret is said: a vendor, or one mail server. A password is never said to another server than it was given for. */
export function destinationOf(kind: ProviderSettings['kind'], config: Record<string, unknown>): string {
  return kind === 'smtp' ? `smtp ${String(config['host']).toLowerCase()}:${String(config['port'])}` : kind;
}

function closedProvider({ kind }: SenderRow): Provider {
  const answer = {
    kind: 'rejected-credentials',
    because: 'the key was stored under another AUTH_SECRET: write it again in the settings',
  } as const;
  return {
    traits: kind === 'operator' ? providerTraits.smtp : providerTraits[kind],
    send: () => Promise.resolve(answer),
    check: () => Promise.resolve(answer),
    close: () => undefined,
  };
}
