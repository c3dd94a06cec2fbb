import { z } from 'zod';
import { scenarioCodeSchema } from '../scenario.ts';
import { momentSchema } from './lists.ts';

/** Settings of a scenario that are tried without being saved; what is left out is as it is saved. */
export const triedSettingsSchema = z.object({
  delayMs: z.coerce
    .number()
    .int()
    .min(0)
    .max(30 * 86_400_000, 'the wait is at most 30 days')
    .optional(),
  windowMs: z.coerce
    .number()
    .int()
    .min(60_000, 'the window is at least one minute')
    .max(60 * 86_400_000, 'the window is at most 60 days')
    .optional(),
  holdOutPercent: z.coerce.number().min(0).max(50, 'at most half of the people are held out').optional(),
  leastDropPercent: z.coerce.number().min(1).max(90).optional(),
});
export type TriedSettings = z.infer<typeof triedSettingsSchema>;

/** What somebody of the examples did, and what would have been decided about them. */
const exampleLineSchema = z.object({ at: momentSchema, kind: z.enum(['did', 'decided']), words: z.string() });

/** What the settings would have come to. Figures are of everybody: where only a share of the people was looked at, estimates. */
export const simulationResultSchema = z.object({
  /** Occasions between these moments were counted. */
  from: momentSchema,
  until: momentSchema,
  events: z.number().int(),
  people: z.number().int(),
  /** The share of the people that was looked at, 0 to 1. */
  share: z.number(),
  occasions: z.number().int(),
  letters: z.number().int(),
  /** Half of the 95 % interval of `letters`; 0 where everybody was looked at. */
  lettersMargin: z.number().int(),
  reached: z.number().int(),
  /** Why the others got none; with `letters` and `waiting` they add up to `occasions`. */
  blocked: z.array(z.object({ reason: z.string(), words: z.string(), count: z.number().int() })),
  waiting: z.number().int(),
  /** Occasions that had to wait for a letter of another scenario. */
  collisions: z.array(z.object({ scenario: scenarioCodeSchema, name: z.string(), count: z.number().int() })),
  examples: z.array(z.object({ id: z.string(), email: z.string().nullable(), lines: z.array(exampleLineSchema) })),
});
export type SimulationResult = z.infer<typeof simulationResultSchema>;

const simulationProgressSchema = z.object({
  step: z.enum(['listing', 'reading', 'replaying']),
  /** From 0 to 1; it never goes back. */
  done: z.number().min(0).max(1),
});

export const simulationStates = ['running', 'done', 'stopped', 'failed'] as const;

/** `GET …/scenarios/:code/simulation`: what is known of these settings, and what runs in the shop. */
export const simulationSchema = z.object({
  /** Null: these settings were never tried. */
  state: z.enum(simulationStates).nullable(),
  progress: simulationProgressSchema.nullable(),
  /** Why it failed. */
  message: z.string().nullable(),
  startedAt: momentSchema.nullable(),
  endedAt: momentSchema.nullable(),
  result: simulationResultSchema.nullable(),
  /** How many letters the saved settings come to, where they are others and were tried; null: it is not known. */
  savedLetters: z.number().int().nullable(),
  /** The one that runs now for other settings; only one does. */
  other: z.object({ scenario: scenarioCodeSchema, name: z.string(), progress: simulationProgressSchema }).nullable(),
  /** Why nothing can be tried; null: it can. */
  unable: z.string().nullable(),
});
export type Simulation = z.infer<typeof simulationSchema>;
export type SimulationProgress = z.infer<typeof simulationProgressSchema>;
