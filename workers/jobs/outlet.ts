// Where the letters of one shop leave in one batch: its settings, its channels, whether letters may go, and what the providers said. The
// Sender is asked only where the database says that something holds letters up, and told only of what matters: a letter of a
// shop that sends in peace costs neither.

import type { SenderRow, ShopRecord } from '@winback/db';
import { senderOf, sendingLimitOf } from '@winback/db';
import type { ScenarioWorths, ShopId, ShopSettings } from '@winback/domain';
import type { Heard } from '@winback/engine/pacing';
import type { OutgoingMessage, SendOutcome } from '@winback/mail';
import { returnPathOf } from '@winback/mail';
import type { Env } from '../env.ts';
import { databaseOf, settingsOf } from '../env.ts';
import { said } from '../said.ts';
import { isVerified, unverified } from '../sender-verified.ts';
import type { Channel, Purpose } from '../shop-provider.ts';
import { channelName, openChannel } from '../shop-provider.ts';
import { freshShop } from '../shop-settings.ts';

/** `null`: it may go. */
export type Wait = { afterMs: number; because: string } | null;

interface Told {
  /** The Sender wants to hear of letters that were taken, too. */
  isLimited: boolean;
  because: string;
  closed: Record<string, number>;
  heard: Heard;
}

const unverifiedWaitMs = 300_000;
const silence: Heard = { taken: {}, later: null, failures: null, rejected: null, domains: {} };

export class Outlet {
  readonly settings: ShopSettings;
  /** What letters brought lately. */
  readonly worths: ScenarioWorths;
  readonly #env: Env;
  readonly #shop: ShopId;
  readonly #row: SenderRow | null;
  readonly #channels = new Map<string, Promise<Channel>>();
  readonly #told = new Map<string, Told>();

  private constructor(of: { env: Env; shop: ShopId; record: ShopRecord; row: SenderRow | null }) {
    this.settings = of.record.settings;
    this.worths = of.record.worths;
    this.#env = of.env;
    this.#shop = of.shop;
    this.#row = of.row;
  }

  /** Null: there is no such shop. */
  static async open(env: Env, shop: ShopId): Promise<Outlet | null> {
    const db = databaseOf(env);
    const [record, row] = await Promise.all([freshShop(env, shop, Date.now()), senderOf(db, shop)]);
    return record && new Outlet({ env, shop, record, row });
  }

  /** Asks for letters of a purpose at once; answers in their order. */
  async admit(count: number, purpose: Purpose): Promise<Wait[]> {
    if (count === 0) return [];
    // The shop changed the address that its letters come from: they wait until it is shown to be the shop's.
    const held = isVerified(this.settings, this.#row) ? null : { afterMs: unverifiedWaitMs, because: unverified };
    if (held) return Array.from({ length: count }, () => held);
    const channel = channelName(this.#shop, this.#row, purpose);
    const limit = await sendingLimitOf(databaseOf(this.#env), channel);
    const because = limit?.because ?? 'the letters go one after the other';
    const told: Told = { isLimited: limit !== null, because, closed: {}, heard: silence };
    this.#told.set(channel, told);
    if (!limit) return Array.from({ length: count }, () => null);
    const ask = { channel, shop: this.#shop, want: count, urgent: purpose === 'service' };
    const { granted, comeBackMs, closed } = await this.#env.SENDER.getByName(channel).pass(ask);
    told.closed = closed;
    return Array.from({ length: count }, (_, at) =>
      at < granted ? null : { afterMs: comeBackMs[at - granted] ?? 1_000, because },
    );
  }

  /** Until when nothing goes to the mailbox provider of an address; null: it may. */
  closedUntil(to: string, purpose: Purpose): { until: number; because: string } | null {
    const until = this.#told.get(channelName(this.#shop, this.#row, purpose))?.closed[domainOf(to)];
    return until === undefined ? null : { until, because: `${domainOf(to)} had its share of this hour` };
  }

  async send(message: OutgoingMessage, purpose: Purpose): Promise<SendOutcome> {
    const name = channelName(this.#shop, this.#row, purpose);
    const opening = this.#channels.get(name) ?? openChannel(this.#env, this.#shop, { row: this.#row, purpose });
    this.#channels.set(name, opening);
    const { provider } = await opening;
    const { BOUNCE_DOMAIN: domain, LINK_SECRET: secret } = settingsOf(this.#env);
    const returnPath =
      domain && provider.traits.keepsReturnPath ? await returnPathOf(secret, message.letter, domain) : null;
    const outcome = await provider.send({ ...message, returnPath });
    this.#note(name, domainOf(message.to.address), outcome);
    return outcome;
  }

  /** Ends the connections, and tells the Senders what they have to know. */
  async close(): Promise<void> {
    for (const opening of this.#channels.values()) (await opening.catch(() => null))?.provider.close();
    const news = [...this.#told].filter(
      ([, { isLimited, heard }]) => heard !== silence && (isLimited || isTrouble(heard)),
    );
    await Promise.all(
      news.map(([channel, { heard }]) =>
        this.#env.SENDER.getByName(channel)
          .heard({ channel, ...heard })
          .catch((error: unknown) => console.warn('a Sender was not told', { channel, error: said(error) })),
      ),
    );
  }

  #note(channel: string, domain: string, outcome: SendOutcome): void {
    const told = this.#told.get(channel) ?? { isLimited: false, because: '', closed: {}, heard: silence };
    this.#told.set(channel, { ...told, heard: withOutcome(told.heard, domain, outcome) });
  }
}

function withOutcome(heard: Heard, domain: string, outcome: SendOutcome): Heard {
  switch (outcome.kind) {
    case 'accepted':
      return { ...heard, taken: { ...heard.taken, [domain]: 1 + (heard.taken[domain] ?? 0) } };
    case 'later': {
      const { afterMs, because, perSecond } = outcome;
      // What names the recipient's domain is about that one alone.
      if (because.toLowerCase().includes(domain))
        return { ...heard, domains: { ...heard.domains, [domain]: { afterMs } } };
      const times = 1 + (heard.later?.times ?? 0);
      const longest = Math.max(afterMs, heard.later?.afterMs ?? 0);
      return {
        ...heard,
        later: { times, afterMs: longest, because, ...(perSecond === undefined ? {} : { perSecond }) },
      };
    }
    case 'unreachable':
    case 'unknown':
      return { ...heard, failures: { times: 1 + (heard.failures?.times ?? 0), because: outcome.because } };
    case 'rejected-credentials':
      return { ...heard, rejected: { because: outcome.because } };
    case 'refused':
      return heard;
  }
}

function isTrouble({ later, failures, rejected, domains }: Heard): boolean {
  return later !== null || failures !== null || rejected !== null || Object.keys(domains).length > 0;
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
