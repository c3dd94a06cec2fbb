// A person of a shop as the tests look at them: where their home is, what its ledger holds, and their time passing.
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { listSubscribers } from '@winback/db';
import type { PersonId, ShopId } from '@winback/domain';
import { homeName, personIdSchema } from '@winback/domain';
import { vi } from 'vitest';
import { databaseOf } from '../env.ts';
import type { LetterRow } from '../visitor/letter-row.ts';
import type { Memory } from '../visitor/memory.ts';
import { visitorAt } from './storefront.ts';

export interface Person {
  id: PersonId;
  /** The name of their home. */
  home: string;
}

/** The subscriber with this address; throws unless there is exactly one. */
export async function personOf(shop: ShopId, email: string): Promise<Person> {
  const { rows } = await listSubscribers(databaseOf(env), shop, { q: email, limit: 50 });
  const [row, more] = rows.filter((one) => one.email === email);
  if (!row || more) throw new Error('not exactly one subscriber has this address');
  const id = personIdSchema.parse(row.id);
  return { id, home: homeName(shop, id) };
}

/** The ledger as it lies on disk. */
export async function lettersAt(name: string): Promise<LetterRow[]> {
  return runInDurableObject(visitorAt(name), (_instance, { storage: { sql } }) => {
    const made = sql.exec(`SELECT 1 FROM sqlite_master WHERE name = 'letters'`).toArray().length > 0;
    const rows = made ? sql.exec<{ body: string }>('SELECT body FROM letters').toArray() : [];
    return rows.map((row) => JSON.parse(row.body) as LetterRow);
  });
}

/** The one letter of the ledger; throws unless there is exactly one. */
export async function letterAt(name: string): Promise<LetterRow> {
  const rows = await lettersAt(name);
  const [row] = rows;
  if (!row || rows.length > 1) throw new Error(`the ledger has ${rows.length} letters`);
  return row;
}

/** The memory as it lies on disk, and what the platform's alarm is set to. */
export async function memoryAt(name: string): Promise<{ memory: Memory; alarmAt: number | null }> {
  return runInDurableObject(visitorAt(name), async (_instance, { storage }) => {
    const { value } = storage.sql.exec<{ value: string }>('SELECT value FROM memory').one();
    return { memory: JSON.parse(value) as Memory, alarmAt: await storage.getAlarm() };
  });
}

/** Stops the clock at this moment; `timePasses` moves it. */
export function stopClock(): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
}

/** Lets time pass for the whole Worker, then rings the Visitor's alarm as the platform would. */
export async function timePasses(ms: number, name: string): Promise<void> {
  vi.setSystemTime(Date.now() + ms);
  await runDurableObjectAlarm(visitorAt(name));
}
