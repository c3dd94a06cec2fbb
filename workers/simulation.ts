// Settings tried on the past: what a run keeps of where it is, and where its files lie. The job works on it, the API tells of it.
import { forgetSimulations } from '@winback/db';
import type { ScenarioCode, ShopId, ShopSettings, SimulationProgress, TriedSettings } from '@winback/domain';
import { letterReasonSchema, scenarioCodeSchema, scenarioIn } from '@winback/domain';
import type { TriggerSettings } from '@winback/engine/triggers';
import { triggerSettingsOf } from '@winback/engine/triggers';
import { z } from 'zod';
import type { Env } from './env.ts';
import { databaseOf } from './env.ts';
import { hourOfKey } from './lake.ts';

export const simulatedMs = 30 * 86_400_000;

const totalsSchema = z.object({
  occasions: z.number(),
  letters: z.number(),
  reached: z.number(),
  squares: z.number(),
  blocked: z.partialRecord(letterReasonSchema, z.number()),
  behind: z.partialRecord(scenarioCodeSchema, z.number()),
});

/** What somebody did or what was decided; words for products are found when it is shown. */
const exampleSchema = z.object({
  person: z.string(),
  decided: z.array(z.object({ at: z.number(), scenario: scenarioCodeSchema, sentence: z.string() })),
  did: z.array(
    z.object({
      at: z.number(),
      kind: z.enum(['view', 'category', 'search', 'cart', 'wish', 'watch', 'purchase']),
      what: z.string().nullable(),
      change: z.string().nullable(),
    }),
  ),
});
export type Example = z.infer<typeof exampleSchema>;

const sumsSchema = z.object({
  totals: totalsSchema,
  events: z.number(),
  people: z.number(),
  examples: z.array(exampleSchema),
});
export type SimulationSums = z.infer<typeof sumsSchema>;

/** Where a run is. The events are listed to know how much they are, read into parts by person, and told again part by part. */
export const placeSchema = z.object({
  by: z.string().nullable().default(null),
  until: z.number().default(0),
  step: z.enum(['listing', 'reading', 'orders', 'watches', 'replaying']).default('listing'),
  /** How often it was taken up here and came no further. */
  tries: z.number().default(0),
  /** What is told again lies between these moments; from `countFrom` on it is counted. Null until it begins. */
  span: z.object({ from: z.number(), countFrom: z.number(), until: z.number() }).nullable().default(null),
  /** The last key that was listed or read, the last order, the last one who waits. */
  after: z.string().default(''),
  order: z.object({ at: z.number(), id: z.string() }).nullable().default(null),
  watch: z.object({ visitor: z.string(), product: z.string(), waitsFor: z.string() }).nullable().default(null),
  objects: z.number().default(0),
  bytes: z.number().default(0),
  /** The hour of the first event that lies there. */
  firstAt: z.number().nullable().default(null),
  parts: z.number().default(1),
  share: z.number().default(1),
  /** The next file of the parts, and the next part. */
  file: z.number().default(0),
  part: z.number().default(0),
  sums: sumsSchema.nullable().default(null),
});
export type SimulationPlace = z.infer<typeof placeSchema>;

/** What is kept of a run that ended: figures of those who were looked at. */
export const storedResultSchema = sumsSchema.extend({ from: z.number(), until: z.number(), share: z.number() });
export type StoredResult = z.infer<typeof storedResultSchema>;

/** The settings to try: those of the shop with something else on top, the scenario switched on. */
export function triedSettings(settings: ShopSettings, code: ScenarioCode, tried: TriedSettings): TriggerSettings {
  const said = Object.fromEntries(Object.entries(tried).filter(([, value]) => value !== undefined));
  const before = triggerSettingsOf(settings);
  const one = { ...scenarioIn(settings, code), ...before.scenarios[code], ...said, on: true };
  return { ...before, scenarios: { ...before.scenarios, [code]: switchesOf(one) } };
}

/** The words of a letter bear on nothing here: other words are no other settings. */
function switchesOf({
  subject: _subject,
  preheader: _preheader,
  recommendations: _picks,
  ...rest
}: ReturnType<typeof scenarioIn>) {
  return rest;
}

/** The name of a run: the same for the same settings. */
export async function simulationId(code: ScenarioCode, settings: TriggerSettings): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${code} ${JSON.stringify(settings)}`));
  return [...new Uint8Array(digest).slice(0, 12)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** How far a run is: listing is a twentieth of it, reading half, telling again the rest. */
export function progressOf(place: SimulationPlace): SimulationProgress {
  const { step, span, after, part, parts } = place;
  if (step === 'replaying') return { step, done: 0.6 + (0.4 * part) / Math.max(1, parts) };
  if (step === 'orders' || step === 'watches') return { step: 'reading', done: 0.58 };
  const share = span === null ? 0 : shareOfSpan(after, span);
  return step === 'listing' ? { step, done: 0.05 * share } : { step, done: 0.05 + 0.5 * share };
}

function shareOfSpan(key: string, { from, until }: { from: number; until: number }): number {
  const at = hourOfKey(key);
  return at === null ? 0 : Math.min(1, Math.max(0, (at - from) / (until - from)));
}

/** Where the files of a shop's runs lie, or of one of them. */
export function simulationFolder(shop: ShopId, simulation?: string): string {
  return simulation === undefined ? `simulations/${shop}/` : `simulations/${shop}/${simulation}/`;
}

/** Deletes files by the beginning of their keys. */
export async function dropFolder(lake: R2Bucket, prefix: string): Promise<void> {
  for (;;) {
    const { objects, truncated } = await lake.list({ prefix, limit: 1_000 });
    if (objects.length > 0) await lake.delete(objects.map(({ key }) => key));
    if (!truncated) return;
  }
}

/** All that was tried goes, files and results: somebody of the shop is being forgotten, and may be in it. */
export async function forgetTried(env: Env, shop: ShopId): Promise<void> {
  await forgetSimulations(databaseOf(env), shop);
  await dropFolder(env.LAKE, simulationFolder(shop));
}
