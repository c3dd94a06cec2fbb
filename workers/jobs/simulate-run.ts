// What the steps of a simulation share: who works on it, where it is, how much of this run is left, and its files.
import type { SimulationClaim, StoredSimulation } from '@winback/db';
import { moveSimulation } from '@winback/db';
import type { ShopSettings } from '@winback/domain';
import type { TriggerSettings } from '@winback/engine/triggers';
import type { Env } from '../env.ts';
import { databaseOf, settingsOf } from '../env.ts';
import { packed } from '../lake.ts';
import type { SimulationPlace } from '../simulation.ts';
import { simulationFolder } from '../simulation.ts';

/** Raised where somebody stopped it, or another consumer has taken it over. */
export class SimulationLost extends Error {}

const runMs = 20_000;
/** A Worker's invocation may ask its bindings a thousand times. */
const mostRequests = 900;

export class SimulationRun {
  readonly env: Env;
  readonly claim: SimulationClaim;
  readonly stored: StoredSimulation;
  readonly settings: TriggerSettings;
  readonly shopSettings: ShopSettings;
  place: SimulationPlace;
  /** Requests of this run so far. */
  spent = 0;
  readonly #endsAt = Date.now() + runMs;

  constructor(
    env: Env,
    claim: SimulationClaim,
    of: { stored: StoredSimulation; settings: TriggerSettings; shopSettings: ShopSettings; place: SimulationPlace },
  ) {
    this.env = env;
    this.claim = claim;
    this.stored = of.stored;
    this.settings = of.settings;
    this.shopSettings = of.shopSettings;
    this.place = of.place;
  }

  /** What is told again. @throws {Error} before it is said */
  get span(): NonNullable<SimulationPlace['span']> {
    const { span } = this.place;
    if (span === null) throw new Error('a simulation has no span of time yet');
    return span;
  }

  hasRoomFor(requests: number): boolean {
    return Date.now() < this.#endsAt && this.spent + requests <= mostRequests;
  }

  /** @throws {SimulationLost} */
  async move(change: Partial<SimulationPlace>): Promise<void> {
    const until = Date.now() + settingsOf(this.env).LEASE_MS;
    this.spent += 1;
    this.place = { ...this.place, tries: 0, ...change, until };
    if (!(await moveSimulation(databaseOf(this.env), this.claim, JSON.stringify(this.place))))
      throw new SimulationLost();
  }

  /** Lets go of it, so that the next consumer need not wait. */
  async release(): Promise<void> {
    await moveSimulation(databaseOf(this.env), this.claim, JSON.stringify({ ...this.place, until: Date.now() }));
  }

  /** Writes lines to their parts under this file's number: a run that breaks off writes the same again. */
  async write(lines: ReadonlyMap<number, readonly string[]>): Promise<void> {
    const { LAKE } = this.env;
    this.spent += lines.size;
    await Promise.all(
      [...lines].map(async ([part, ofPart]) =>
        LAKE.put(`${this.folderOf(part)}${String(this.place.file).padStart(6, '0')}.gz`, await packed(ofPart)),
      ),
    );
  }

  folderOf(part: number): string {
    return `${simulationFolder(this.claim.shop, this.claim.simulation)}${part}/`;
  }
}
