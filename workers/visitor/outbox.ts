// What a Visitor has to tell the books. Beacons are rows of the outbox, steps of letters are in the ledger's rows; all carry
// one row of numbers. What the books have not confirmed is sent again.
import { visitorNameParts } from '@winback/domain';
import type { Env } from '../env.ts';
import { settingsOf } from '../env.ts';
import type { OutboxRow } from '../messages.ts';
import type { Keeper } from './keeper.ts';
import type { LetterRow } from './letter-row.ts';
import { patienceMs } from './patience.ts';
import type { OutboxBody, VisitorStorage } from './storage.ts';

const flushBytes = 90_000;

export class Outbox {
  /** Somebody looks at the shop's dashboard. */
  isWatched = false;
  readonly #env: Env;
  readonly #keeper: Keeper;
  readonly #storage: VisitorStorage;
  readonly #stepsAfter: (seq: number) => OutboxRow[];

  constructor(of: { env: Env; keeper: Keeper; storage: VisitorStorage; stepsAfter: (seq: number) => OutboxRow[] }) {
    this.#env = of.env;
    this.#keeper = of.keeper;
    this.#storage = of.storage;
    this.#stepsAfter = of.stepsAfter;
  }

  append(body: OutboxBody, now: number): void {
    this.#storage.append(this.#nextSeq(), now, body);
    this.#bookFlush(now + patienceMs(body, this.isWatched, settingsOf(this.#env)));
  }

  /** The number of a letter's new step, which its row is about to keep. */
  numberStep({ state, at }: LetterRow): number {
    this.#bookFlush(at + patienceMs({ kind: 'letter', state }, this.isWatched, settingsOf(this.#env)));
    return this.#nextSeq();
  }

  /** Hands what is not confirmed to the queue. */
  async flush(now: number): Promise<void> {
    const { outbox, name, state } = this.#keeper.memory;
    const rows = this.#firstOf(outbox.confirmed);
    const upto = rows.at(-1)?.seq;
    if (upto === undefined) {
      this.#keeper.book('flush', null);
      return this.#keeper.save();
    }
    const { shop } = visitorNameParts(name);
    await this.#env.EVENTS.send({ shop, visitor: name, person: state.person?.id ?? null, rows });
    const { memory } = this.#keeper;
    if (memory.outbox.confirmed >= upto || !memory.name) return; // the books, or an erasure, were faster
    this.#keeper.change({ outbox: { ...memory.outbox, sent: Math.max(memory.outbox.sent, upto) } });
    // Not worth a row: who forgets it, because the object left the memory, sends the same rows again.
    this.#keeper.book('flush', now + settingsOf(this.#env).LEASE_MS);
  }

  /** The books have every row up to `upto`. Answers whether old rows were forgotten. */
  async confirm(upto: number, now: number): Promise<boolean> {
    const { outbox } = this.#keeper.memory;
    if (upto <= outbox.confirmed || outbox.seq === 0) return false;
    const confirmed = Math.min(upto, outbox.seq);
    this.#keeper.change({ outbox: { ...outbox, confirmed, sent: Math.max(outbox.sent, confirmed) } });
    this.#keeper.book('flush', confirmed < outbox.seq ? now + settingsOf(this.#env).OUTBOX_FLUSH_MS : null);
    const isPruned = this.#storage.prune(confirmed, now);
    if (isPruned) this.#keeper.change({ marks: this.#storage.marks() });
    await this.#keeper.save();
    return isPruned;
  }

  /** Rows after a number, until their text passes what a message may hold; at least one if there is one. */
  #firstOf(confirmed: number): OutboxRow[] {
    const rows: OutboxRow[] = [];
    let bytes = 0;
    for (const row of inOrder(this.#storage.outboxAfter(confirmed), this.#stepsAfter(confirmed))) {
      bytes += JSON.stringify(row).length * 2;
      if (rows.length > 0 && bytes > flushBytes) break;
      rows.push(row);
    }
    return rows;
  }

  #nextSeq(): number {
    const { outbox } = this.#keeper.memory;
    const seq = outbox.seq + 1;
    this.#keeper.change({ outbox: { ...outbox, seq } });
    return seq;
  }

  #bookFlush(at: number): void {
    this.#keeper.book('flush', at, 'if-sooner');
  }
}

/** Two lists, each in order of its numbers, as one. */
function* inOrder(rows: Iterable<OutboxRow>, steps: readonly OutboxRow[]): Generator<OutboxRow> {
  let at = 0;
  for (const row of rows) {
    for (let step = steps[at]; step && step.seq < row.seq; step = steps[at]) {
      yield step;
      at += 1;
    }
    yield row;
  }
  yield* steps.slice(at);
}
