// What the steps of an import share: who works on it, where it is, and how much of this run is left.
import type { Database, ImportClaim, ImportPlace, ImportSums } from '@winback/db';
import { moveImport } from '@winback/db';
import type { FeedImport, ShopId, ShopSettings } from '@winback/domain';

export interface ImportDeps {
  db: Database;
  lake: R2Bucket;
  fetch: (input: string, init: RequestInit) => Promise<Response>;
  /** What the feed's server wants to see besides our name. */
  headers: () => Promise<Record<string, string>>;
  now: () => number;
  /** `host:port` that a feed may be fetched from although they are private. */
  allow: readonly string[];
  /** So long a consumer is waited for that has not been heard of. */
  leaseMs: number;
}

/** `more`: another message is wanted. `busy`: somebody else is at it. Otherwise how the import ended, or that it waits. */
export type ImportOutcome = 'more' | 'busy' | 'nobody' | Exclude<FeedImport['state'], 'queued' | 'running'>;

/** Raised where another consumer has taken the import over: this one has no more to do. */
export class ClaimLost extends Error {}

/** D1 answers 1,000 statements to one invocation. */
const mostStatements = 900;
const runMs = 20_000;

export class ImportRun {
  readonly deps: ImportDeps;
  readonly shop: ShopId;
  readonly id: string;
  readonly settings: ShopSettings;
  readonly claim: ImportClaim;
  place: ImportPlace;
  /** Statements of this run so far. */
  spent = 0;
  readonly #endsAt: number;
  #heardAt: number;

  constructor(deps: ImportDeps, claim: ImportClaim, of: { settings: ShopSettings; place: ImportPlace }) {
    this.deps = deps;
    this.claim = claim;
    this.shop = claim.shop;
    this.id = claim.import;
    this.settings = of.settings;
    this.place = of.place;
    this.#endsAt = deps.now() + runMs;
    this.#heardAt = deps.now();
  }

  /** Whether there is time, and room for so many statements, in this run. */
  hasRoomFor(statements: number): boolean {
    return this.deps.now() < this.#endsAt && this.spent + statements <= mostStatements;
  }

  /** The place with something changed, still held by this run, and its lease from now on. */
  at(change: Partial<ImportPlace>): ImportPlace {
    return { ...this.place, ...change, until: this.deps.now() + this.deps.leaseMs };
  }

  /** What was written moved the import to this place; `held` false: it was not written. @throws {ClaimLost} */
  moved(place: ImportPlace, held: boolean): void {
    if (!held) throw new ClaimLost();
    this.place = place;
    this.#heardAt = this.deps.now();
  }

  /** Tells how far this step is, once in a while: also that somebody is still at it. @throws {ClaimLost} */
  async tell(done: number, of: number | null): Promise<void> {
    if (this.deps.now() - this.#heardAt < this.deps.leaseMs / 8) return;
    await this.move({ done, of });
  }

  /** @throws {ClaimLost} */
  async move(change: Partial<ImportPlace>, sums: ImportSums = {}): Promise<void> {
    const place = this.at(change);
    this.spent += 1;
    this.moved(place, await moveImport(this.deps.db, this.claim, { place, sums }));
  }

  /** Lets go of the import, so that the next consumer need not wait for the lease to end. */
  async release(): Promise<void> {
    await moveImport(this.deps.db, this.claim, { place: { ...this.place, until: 0 } });
  }
}
