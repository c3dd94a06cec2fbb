// One person hears one voice: how often, at which hours, and what goes first where several scenarios would write.
import { z } from 'zod';
import { scenarioCodeSchema } from './scenario.ts';

const dayMs = 86_400_000;
const hour = z.number().int().min(0).max(23);

/**
 * What settles which scenario goes first. `order`: the merchant's table. `worth`: what a letter of it brought lately; a scenario
 * of which too little is known keeps its place in the table.
 */
export const precedences = ['order', 'worth'] as const;
export type Precedence = (typeof precedences)[number];

/** How often one person may hear from the shop. The pause stands between any two letters. */
export const voiceSettingsSchema = z.object({
  pauseMs: z
    .number()
    .int()
    .min(0, 'a pause cannot be negative')
    .max(30 * dayMs, 'a pause is at most 30 days'),
  perDay: z.number().int().min(1, 'at least one letter a day').max(24, 'at most 24 letters a day'),
  perWeek: z.number().int().min(1, 'at least one letter a week').max(100, 'at most 100 letters a week'),
  /**
   * Letters go out from `from` until before `until`, in the time zone of whom they go to, and in the shop's where that is not
   * known; null: at any hour.
   */
  hours: z.object({ from: hour, until: z.number().int().min(1).max(24) }).nullable(),
  /** The scenarios, the most important first; absent: the usual order. One that is not named stands behind its usual neighbour. */
  order: z
    .array(scenarioCodeSchema)
    .refine((codes) => new Set(codes).size === codes.length, 'a scenario stands in the order once')
    .optional(),
  /** Absent: by the order. */
  precedence: z.enum(precedences).optional(),
});
export type VoiceSettings = z.infer<typeof voiceSettingsSchema>;

/** As a new shop has it. The original's hours; it gave them in the time of the shop's owner. */
export const voiceDefaults: VoiceSettings = { pauseMs: dayMs, perDay: 1, perWeek: 3, hours: { from: 10, until: 22 } };

/** What the letters of a scenario brought, so that scenarios can be compared. In minor units of the shop's currency. */
export const scenarioWorthSchema = z.object({
  letters: z.number().int(),
  orders: z.number().int(),
  revenueMinor: z.number().int(),
});
export const scenarioWorthsSchema = z.partialRecord(scenarioCodeSchema, scenarioWorthSchema);
export type ScenarioWorths = z.infer<typeof scenarioWorthsSchema>;

/** Over so long letters are weighed, and so long after a letter an order counts as brought by it. */
export const worthWindowMs = 90 * dayMs;
export const worthAfterMs = 5 * dayMs;
/** Of fewer letters the revenue says more about one rich buyer than about the scenario. */
export const leastWeighed = 100;
