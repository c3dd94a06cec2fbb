// What each provider wants to know, as a merchant reads it, and where they find it.
import type { ProviderKind } from '@winback/domain';

export interface ProviderField {
  name: string;
  label: string;
  /** Kept sealed and never shown again. */
  secret?: boolean;
  optional?: boolean;
  /** The choices, where it is no free text: value and words. */
  choices?: readonly (readonly [string, string])[];
  usual?: string;
  placeholder?: string;
  hint?: string;
  long?: boolean;
}

interface ProviderWords {
  where: string;
  fields: readonly ProviderField[];
}

export const providerWords: Record<ProviderKind, ProviderWords> = {
  smtp: {
    where: 'Any mail server that takes letters with a user name and a password.',
    fields: [
      { name: 'host', label: 'Server', placeholder: 'smtp.provider.example' },
      { name: 'port', label: 'Port', usual: '465', placeholder: '465' },
      {
        name: 'tls',
        label: 'TLS',
        usual: 'always',
        choices: [
          ['always', 'From the first byte (465)'],
          ['starttls', 'STARTTLS (587)'],
        ],
      },
      { name: 'user', label: 'User name', optional: true },
      { name: 'password', label: 'Password', secret: true, optional: true },
      {
        name: 'dkimDomain',
        label: 'Sign letters for this domain',
        optional: true,
        placeholder: 'shop.example',
        hint: 'Leave the next three empty where the server signs.',
      },
      { name: 'dkimSelector', label: 'Selector of the key', optional: true, placeholder: 'winback' },
      {
        name: 'dkimKey',
        label: 'Private key',
        secret: true,
        optional: true,
        long: true,
        placeholder: '-----BEGIN PRIVATE KEY-----',
      },
    ],
  },
  ses: {
    where: 'AWS console, IAM: a user that may do ses:SendEmail and ses:GetAccount, and an access key of it.',
    fields: [
      { name: 'region', label: 'Region', placeholder: 'eu-central-1' },
      { name: 'accessKeyId', label: 'Access key id', placeholder: 'AKIA…' },
      { name: 'secretAccessKey', label: 'Secret access key', secret: true },
      {
        name: 'configurationSet',
        label: 'Configuration set',
        optional: true,
        hint: 'It sends us what became of letters.',
      },
    ],
  },
  postmark: {
    where: 'Your server, API Tokens. Letters that sell go through a broadcast stream.',
    fields: [
      { name: 'serverToken', label: 'Server API token', secret: true },
      { name: 'messageStream', label: 'Message stream', usual: 'broadcast' },
    ],
  },
  resend: {
    where: 'API Keys. Sending access is enough.',
    fields: [{ name: 'apiKey', label: 'API key', secret: true, placeholder: 're_…' }],
  },
  sendgrid: {
    where: 'Settings, API Keys. Mail Send is enough.',
    fields: [
      { name: 'apiKey', label: 'API key', secret: true, placeholder: 'SG.…' },
      {
        name: 'region',
        label: 'Region',
        usual: 'global',
        choices: [
          ['global', 'Global'],
          ['eu', 'European Union'],
        ],
      },
    ],
  },
  mailgun: {
    where: 'Sending, your domain, Sending keys.',
    fields: [
      { name: 'apiKey', label: 'Sending key', secret: true },
      { name: 'domain', label: 'Domain at Mailgun', placeholder: 'mail.shop.example' },
      {
        name: 'region',
        label: 'Region',
        usual: 'us',
        choices: [
          ['us', 'United States'],
          ['eu', 'European Union'],
        ],
      },
    ],
  },
  brevo: {
    where: 'SMTP & API, API keys.',
    fields: [{ name: 'apiKey', label: 'API key', secret: true, placeholder: 'xkeysib-…' }],
  },
  mandrill: {
    where: 'Settings, SMTP & API Info.',
    fields: [{ name: 'apiKey', label: 'API key', secret: true, placeholder: 'md-…' }],
  },
  cloudflare: {
    where: 'Email Service, with an API token that may send.',
    fields: [
      { name: 'accountId', label: 'Account id', placeholder: '32 digits and letters' },
      { name: 'apiToken', label: 'API token', secret: true },
    ],
  },
};
