// What the DNS of a sender's domain should say, by the provider that signs its letters, and what it says now.
import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { SenderRow } from '@winback/db';
import type { DomainRecord, ProviderKind, ShopId } from '@winback/domain';
import { providerTraits } from '@winback/domain';
import type { RecordType } from '../dns.ts';
import { recordsOf } from '../dns.ts';
import type { Env } from '../env.ts';
import { settingsOf } from '../env.ts';
import { needsProof, proofOf } from '../sender-verified.ts';
import { storedSettings } from '../shop-provider.ts';

interface Wish extends Pick<DomainRecord, 'what' | 'name' | 'words' | 'wanted'> {
  type: RecordType & DomainRecord['type'];
  /** What a record must be like to be good. */
  fits: RegExp;
}

/** Where each vendor's documentation says its records are. Those that it makes for each customer are on its own page only. */
const vendorRecords: Partial<
  Record<
    ProviderKind,
    { spf?: string; spfAt?: string; dkim?: [string, 'TXT' | 'CNAME'][]; returnPath?: [string, 'CNAME' | 'MX', string] }
  >
> = {
  ses: { spf: 'amazonses.com' },
  postmark: { returnPath: ['pm-bounces', 'CNAME', 'pm.mtasv.net'] },
  resend: { spf: 'amazonses.com', spfAt: 'send', dkim: [['resend._domainkey', 'TXT']] },
  sendgrid: {
    dkim: [
      ['s1._domainkey', 'CNAME'],
      ['s2._domainkey', 'CNAME'],
    ],
  },
  mailgun: { spf: 'mailgun.org' },
  brevo: {
    dkim: [
      ['brevo1._domainkey', 'CNAME'],
      ['brevo2._domainkey', 'CNAME'],
    ],
  },
  mandrill: {
    dkim: [
      ['mte1._domainkey', 'CNAME'],
      ['mte2._domainkey', 'CNAME'],
    ],
  },
  cloudflare: { spf: '_spf.email.cloudflare.net' },
};

/** Every record with its state. Names that cannot be looked up are `unknown`. */
export async function domainRecords(
  env: Env,
  shop: ShopId,
  { row, address }: { row: SenderRow | null; address: string },
): Promise<{ domain: string; records: DomainRecord[] }> {
  const domain = address.slice(address.lastIndexOf('@') + 1);
  const wishes = [
    ...(await proofWishes(env, shop, { row, address, domain })),
    ...spfWishes(row, domain),
    ...(await dkimWishes(env, shop, { row, domain })),
    dmarcWish(domain),
    ...returnPathWishes(env, row, domain),
  ];
  return { domain, records: await Promise.all(wishes.map((wish) => looked(wish, settingsOf(env).DNS_QUERY_URL))) };
}

async function looked({ fits, ...wish }: Wish, resolver: string): Promise<DomainRecord> {
  const found = await recordsOf(wish.name, wish.type, resolver);
  if (found === null) return { ...wish, found: [], state: 'unknown' };
  // A domain says many things by TXT: only what is of this kind was meant to be this record.
  const kin =
    found === 'no-such-name' ? [] : found.filter((text) => wish.type !== 'TXT' || kinOf[wish.what].test(text));
  if (kin.some((text) => fits.test(text))) return { ...wish, found: kin, state: 'good' };
  return { ...wish, found: kin, state: kin.length > 0 ? 'wrong' : 'missing' };
}

const kinOf = {
  proof: /^winback=/,
  spf: /^v=spf1\b/i,
  dkim: /(^|;)\s*(v=DKIM1|p=)/i,
  dmarc: /^v=DMARC1\b/i,
  'return-path': /./,
} as const satisfies Record<DomainRecord['what'], RegExp>;

async function proofWishes(
  env: Env,
  shop: ShopId,
  of: { row: SenderRow | null; address: string; domain: string },
): Promise<Wish[]> {
  if (!needsProof(shop, of.row, of.address)) return [];
  const { name, wanted } = await proofOf(env, shop, of.domain);
  const words = 'Shows that the domain is yours. It may go once the address is verified.';
  return [{ what: 'proof', type: 'TXT', name, wanted, fits: exactly(wanted), words }];
}

function spfWishes(row: SenderRow | null, domain: string): Wish[] {
  const own = row && row.kind !== 'operator' ? vendorRecords[row.kind] : undefined;
  const name = own?.spfAt ? `${own.spfAt}.${domain}` : domain;
  const include = own?.spf;
  if (row && row.kind !== 'operator' && row.kind !== 'smtp' && !include) return [];
  const words = include
    ? `Says that ${providerName(row)} may send for your domain. A domain has one such record: add the include to it.`
    : 'Says which servers may send for your domain. The server that your letters go through must be in it.';
  const fits = include ? new RegExp(`include:${escaped(include)}(\\s|$)`, 'i') : /^v=spf1\b/i;
  return [{ what: 'spf', type: 'TXT', name, wanted: include ? `v=spf1 include:${include} ~all` : null, fits, words }];
}

async function dkimWishes(
  env: Env,
  shop: ShopId,
  { row, domain }: { row: SenderRow | null; domain: string },
): Promise<Wish[]> {
  if (!row || row.kind === 'operator') return [];
  if (row.kind === 'smtp') return smtpDkim(env, shop, row);
  const words = `Signs your letters. ${providerName(row)} shows what to write on its page of your domain.`;
  const known = vendorRecords[row.kind]?.dkim ?? [];
  return known.map(([name, type]) => ({
    what: 'dkim',
    type,
    name: `${name}.${domain}`,
    wanted: null,
    fits: /./,
    words,
  }));
}

/** With the key at hand, the record is known to the letter. */
async function smtpDkim(env: Env, shop: ShopId, row: SenderRow): Promise<Wish[]> {
  const settings = await storedSettings(env, shop, row);
  if (settings?.kind !== 'smtp' || !settings.dkimKey) return [];
  const name = `${settings.dkimSelector}._domainkey.${settings.dkimDomain}`;
  const key = createPublicKey(createPrivateKey(settings.dkimKey)).export({ type: 'spki', format: 'der' });
  const half = Buffer.from(key).toString('base64');
  const words = 'The public half of the key that signs your letters.';
  return [
    {
      what: 'dkim',
      type: 'TXT',
      name,
      wanted: `v=DKIM1; k=rsa; p=${half}`,
      fits: new RegExp(`p=\\s*${escaped(half)}`),
      words,
    },
  ];
}

function dmarcWish(domain: string): Wish {
  const words =
    'Says what mailbox providers do with letters that only pretend to be yours. Gmail and Yahoo ask for one.';
  const wanted = 'v=DMARC1; p=none';
  return {
    what: 'dmarc',
    type: 'TXT',
    name: `_dmarc.${domain}`,
    wanted,
    fits: /^v=DMARC1\s*;\s*p=(none|quarantine|reject)\b/i,
    words,
  };
}

function returnPathWishes(env: Env, row: SenderRow | null, domain: string): Wish[] {
  const words = 'Where letters that cannot be delivered come back to.';
  if (!row || row.kind === 'operator' || row.kind === 'smtp') {
    const { BOUNCE_DOMAIN: name } = settingsOf(env);
    return name ? [{ what: 'return-path', type: 'MX', name, wanted: null, fits: /./, words }] : [];
  }
  const known = vendorRecords[row.kind]?.returnPath;
  if (!known) return [];
  const [name, type, wanted] = known;
  return [
    {
      what: 'return-path',
      type,
      name: `${name}.${domain}`,
      wanted,
      fits: new RegExp(`^${escaped(wanted)}\\.?$`, 'i'),
      words,
    },
  ];
}

function providerName(row: SenderRow | null): string {
  return row && row.kind !== 'operator' ? providerTraits[row.kind].name : 'the server';
}

function exactly(text: string): RegExp {
  return new RegExp(`^${escaped(text)}$`);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
