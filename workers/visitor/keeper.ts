// Keeps a Visitor's memory: as it is, as it lies on disk, and the platform's one alarm in step with its book.
import type { AlarmName } from './alarm-book.ts';
import { armedAt, booked, bookedFor, dueAlarms, earliest, ringEach } from './alarm-book.ts';
import type { Memory } from './memory.ts';
import { canBeToldAgain, newMemory, toldAgain } from './memory.ts';
import type { VisitorStorage } from './storage.ts';

const longestRetryMs = 300_000;

export class Keeper {
  readonly #storage: VisitorStorage;
  readonly #setAlarm: (at: number) => Promise<void>;
  #memory: Memory;
  /** The memory as it is on disk. */
  #saved: Memory;
  /** What the platform's alarm is set to. Known without asking: the alarm and the book are written together. */
  #armedAt: number | null = null;
  #mustSave = false;

  constructor(storage: VisitorStorage, setAlarm: (at: number) => Promise<void>) {
    this.#storage = storage;
    this.#setAlarm = setAlarm;
    this.#memory = this.#saved = storage.load();
  }

  get memory(): Memory {
    return this.#memory;
  }

  /** Remembers what came after the memory was last written. */
  catchUp(ledger: Parameters<typeof toldAgain>[2], now: number): void {
    const rows = [...this.#storage.outboxAfter(this.#saved.outbox.seq)];
    this.#memory = toldAgain(this.#saved, rows, ledger, now);
    this.#armedAt = armedAt(this.#memory.alarms, now);
  }

  /** What was changed is told by no row: it is saved with the next one that may be. */
  insist(): void {
    this.#mustSave = true;
  }

  change(more: Partial<Memory>): void {
    this.#memory = { ...this.#memory, ...more };
  }

  /** `at` null: for no time. */
  book(name: AlarmName, at: number | null, when: 'if-sooner' | 'always' = 'always'): void {
    const { alarms } = this.#memory;
    const known = at === null || when === 'always' ? bookedFor(alarms, name, at) : booked(alarms, name, at, when);
    this.change({ alarms: known });
  }

  async save(): Promise<void> {
    if (!this.#memory.name) return; // nobody was met, or they were erased
    this.#memory = this.#saved = this.#storage.save(this.#memory);
    this.#mustSave = false;
    await this.#arm();
  }

  /** Saves what was insisted upon. */
  async saveIfInsisted(): Promise<void> {
    if (this.#mustSave) await this.save();
  }

  /** Saves unless the rows on disk tell the same when the object is loaded again. */
  async saveIfNeeded(): Promise<void> {
    if (this.#mustSave || !canBeToldAgain(this.#saved, this.#memory)) await this.save();
  }

  /** Everything is gone from disk, the alarm too. */
  forget(): void {
    this.#saved = this.#memory = newMemory();
    this.#mustSave = false;
    this.#armedAt = null;
  }

  /** Rings what is due; what fails is rung again, later each time. */
  async ring(now: number, ringOne: (name: AlarmName) => Promise<void>): Promise<void> {
    // While it rings nobody arms it: the next time is known at the end, and a ring that dies is rung again.
    this.#armedAt = Number.NEGATIVE_INFINITY;
    const failed = await ringEach(dueAlarms(this.#memory.alarms, now), ringOne);
    const { failures: before } = this.#memory;
    const failures = failed.length === 0 ? 0 : before + 1;
    this.change({ failures });
    for (const name of failed) this.book(name, now + Math.min(1_000 * 2 ** failures, longestRetryMs));
    this.#armedAt = null;
    await (failures === before ? this.#arm() : this.save());
  }

  /**
   * Arms the alarm where it moves sooner; a later one is armed when the earlier has rung. Never for a time that has come: set to
   * the very moment of the one that is ringing, it would be taken for that one and never ring.
   */
  async #arm(): Promise<void> {
    const next = earliest(this.#memory.alarms);
    if (next === null) return;
    const at = Math.max(next, Date.now() + 1);
    if (this.#armedAt !== null && this.#armedAt <= at) return;
    this.#armedAt = at;
    await this.#setAlarm(at);
  }
}
