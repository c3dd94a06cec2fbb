import { z } from 'zod';
import { moneySchema } from '../money.ts';
import { scenarioCodeSchema } from '../scenario.ts';
import { momentSchema } from './lists.ts';

const groupSchema = z.object({ people: z.number().int(), buyers: z.number().int() });
const intervalSchema = z.object({ low: z.number(), value: z.number(), high: z.number() });

/** What the letters of a scenario brought, by those who were held out; margins are of 95 %. */
export const liftSchema = z.object({
  written: groupSchema,
  heldOut: groupSchema,
  /** Buyers among the written less buyers among the held out, as shares. */
  rate: intervalSchema,
  /** What all who were written to spent more, minor units of the shop's currency. */
  spent: intervalSchema,
  /** Zero lies outside the margin of `spent`. */
  isSure: z.boolean(),
  from: momentSchema,
  until: momentSchema,
});

/** One scenario's numbers of the last 30 days. */
export const scenarioNumbersSchema = z.object({
  code: scenarioCodeSchema,
  sent: z.number().int(),
  /** Letters in which people clicked, machines left out, and their share of those that went out. Null: none went. */
  clicks: z.object({ letters: z.number().int(), rate: z.number() }).nullable(),
  /** Orders within seven days after somebody came by a letter; cancelled ones are out. */
  orders: z.number().int(),
  revenue: moneySchema,
  /** Null: not measured yet, and `liftMissing` says why. */
  lift: liftSchema.nullable(),
  liftMissing: z.string().nullable(),
  health: z.object({ level: z.enum(['good', 'idle', 'warn', 'bad']), words: z.string(), because: z.string() }),
});
export type ScenarioNumbers = z.infer<typeof scenarioNumbersSchema>;

/** `GET /api/shops/:shop/scenario-numbers`. */
export const scenarioNumbersListSchema = z.object({ rows: z.array(scenarioNumbersSchema) });
