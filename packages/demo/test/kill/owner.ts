// The merchant, over HTTP: signs in once and asks what the dashboard asks.
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { demoOwner, demoShop } from '../../../../scripts/demo-shop.ts';

const installSchema = z.object({ lights: z.array(z.object({ type: z.string(), count: z.number() })) });
const todaySchema = z.object({
  figures: z.object({
    revenue: z.object({ minor: z.number() }),
    orders: z.number(),
    views: z.number(),
    carts: z.number(),
    lettersSent: z.number(),
  }),
});
const lettersSchema = z.object({
  rows: z.array(
    z.object({
      id: z.string(),
      scenario: z.string(),
      state: z.string(),
      reason: z.string().nullable(),
      person: z.object({ email: z.string() }),
    }),
  ),
  total: z.number(),
  next: z.string().nullable(),
  counts: z.record(z.string(), z.number()),
});
export type Letter = z.infer<typeof lettersSchema>['rows'][number];
const feedSchema = z.object({
  imports: z.array(z.object({ id: z.string(), state: z.string(), message: z.string().nullable() })),
});
const parkedSchema = z.object({ rows: z.array(z.object({ kind: z.string(), subject: z.string() })) });

export class Owner {
  readonly password: string;
  readonly #url: string;
  #cookie = '';

  constructor(url: string, password: string) {
    this.#url = url;
    this.password = password;
  }

  /** The session is in the database: it outlives every kill. */
  async signIn(): Promise<void> {
    const answer = await fetch(`${this.#url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: this.#url },
      body: JSON.stringify({ email: demoOwner, password: this.password }),
    });
    if (!answer.ok) throw new Error(`the owner could not sign in: ${await answer.text()}`);
    this.#cookie = answer.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; ');
  }

  /** Connects a provider of the shop's own, and has its test letter taken. */
  async sendThrough(settings: Record<string, string>): Promise<void> {
    const headers = { 'content-type': 'application/json', origin: this.#url, cookie: this.#cookie };
    const at = `${this.#url}/api/shops/${demoShop}/settings/provider`;
    const put = await fetch(at, { method: 'PUT', headers, body: JSON.stringify(settings) });
    const verified = await fetch(`${at}/verify`, { method: 'POST', headers, body: '{}' });
    const { taken, words } = z.object({ taken: z.boolean(), words: z.string() }).parse(await verified.json());
    if (!put.ok || !taken) throw new Error(`the provider does not work: ${words}`);
  }

  async products(): Promise<number> {
    return z.object({ total: z.number() }).parse(await this.#ask('products')).total;
  }

  /** Events counted so far, by type. */
  async lights(): Promise<Record<string, number>> {
    const { lights } = installSchema.parse(await this.#ask('install'));
    return Object.fromEntries(lights.map(({ type, count }) => [type, count]));
  }

  async today(): Promise<z.infer<typeof todaySchema>['figures']> {
    return todaySchema.parse(await this.#ask('today')).figures;
  }

  /** Letters by state, as the list's head says. */
  async letterCounts(): Promise<Record<string, number>> {
    return lettersSchema.parse(await this.#ask('letters?limit=1')).counts;
  }

  /** Every letter, page by page. */
  async letters(): Promise<Letter[]> {
    const rows: Letter[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const page: z.infer<typeof lettersSchema> = lettersSchema.parse(
        await this.#ask(`letters?limit=200${next ? `&cursor=${encodeURIComponent(next)}` : ''}`),
      );
      rows.push(...page.rows);
      next = page.next;
    }
    return rows;
  }

  async change(path: string, to: object): Promise<void> {
    const headers = { cookie: this.#cookie, origin: this.#url, 'content-type': 'application/json' };
    const answer = await fetch(`${this.#url}/api/shops/${demoShop}/${path}`, {
      ...{ method: 'PATCH', headers, body: JSON.stringify(to) },
    });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  }

  /** Asks for an import; where the Worker is dead, nobody hears of it. */
  async importNow(): Promise<void> {
    const headers = { cookie: this.#cookie, origin: this.#url };
    await fetch(`${this.#url}/api/shops/${demoShop}/feed/import`, { method: 'POST', headers });
  }

  /** The newest first. */
  async imports(): Promise<z.infer<typeof feedSchema>['imports']> {
    return feedSchema.parse(await this.#ask('feed')).imports;
  }

  async parked(): Promise<string[]> {
    return parkedSchema.parse(await this.#ask('parked')).rows.map(({ kind, subject }) => `${kind} ${subject}`);
  }

  /** Asks until nothing is missing. Throws, with what still is, when patience ends. */
  async until(what: string, missing: () => Promise<string[]>, patienceMs: number): Promise<void> {
    const deadline = Date.now() + patienceMs;
    for (let left = await missing(); left.length > 0; left = await missing()) {
      if (Date.now() > deadline) throw new Error(`this did not come: ${what}; ${left.join(', ')}`);
      await sleep(200);
    }
  }

  async #ask(path: string): Promise<unknown> {
    const answer = await fetch(`${this.#url}/api/shops/${demoShop}/${path}`, { headers: { cookie: this.#cookie } });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  }
}
