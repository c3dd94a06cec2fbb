import { z } from 'zod';
import { dropReasons, eventTypes } from '../beacon.ts';
import { problemSchema } from '../problem.ts';
import { platforms } from './connections.ts';
import { momentSchema } from './lists.ts';

/** `GET /api/shops/:shop/install`: what to paste, and a light for each kind of event. */
export const installSchema = z.object({
  snippet: z.string(),
  /** What stands in the steps of each platform. */
  values: z.object({ shop: z.string(), api: z.string(), legacyId: z.string() }),
  lights: z.array(
    z.object({
      type: z.enum(eventTypes),
      /** Events of this type stored so far, and when the last one came. */
      count: z.number().int(),
      lastAt: momentSchema.nullable(),
      /** The last payload as the storefront sent it (JSON), while the live view still remembers it. */
      last: z.string().nullable(),
      /** What could be better about the last one, in sentences; it was taken all the same. */
      advice: z.array(z.string()),
      /** The last event of this type that was refused. */
      refused: z
        .object({
          at: momentSchema,
          reason: z.enum(dropReasons),
          sample: z.string(),
          problems: z.array(problemSchema),
        })
        .nullable(),
    }),
  ),
  /** Events of the last seven days that named products which the feed does not have, and some of those; null: none did. */
  unknownProducts: z.object({ events: z.number().int(), lastAt: momentSchema, sample: z.array(z.string()) }).nullable(),
});
export type Install = z.infer<typeof installSchema>;

export const dropPeriods = ['24h', '7d', '30d'] as const;
export type DropPeriod = (typeof dropPeriods)[number];

/** `GET /api/shops/:shop/install/drops`: what was turned away, when and why. */
export const dropsQuerySchema = z.object({ period: z.enum(dropPeriods).default('24h') });
export const dropsSchema = z.object({
  period: z.enum(dropPeriods),
  /** Hours of the last 24, or days of the shop's own time zone; oldest first, gaps filled. `counts` are by reason. */
  buckets: z.array(
    z.object({
      at: momentSchema,
      counts: z.partialRecord(z.enum(dropReasons), z.number().int()),
    }),
  ),
  /** Most frequent first; `count` is the sum over the buckets. */
  reasons: z.array(
    z.object({
      reason: z.enum(dropReasons),
      count: z.number().int(),
      lastAt: momentSchema,
      sample: z.string(),
      problems: z.array(problemSchema),
    }),
  ),
});
export type Drops = z.infer<typeof dropsSchema>;

/** The ways in: our script in a watched browser, PersonaClick's wire, `POST /v1/events`, and what platforms send. */
export const consoleDoors = ['script', 'personaclick', 'server', ...platforms] as const;
export type ConsoleDoor = (typeof consoleDoors)[number];

/** One event of a browser whose owner looks on, or one that came by a door for plugins and servers. */
export const consoleNoteSchema = z.object({
  /** Grows with every note; what was seen up to here is asked for no more. */
  seq: z.number().int(),
  at: momentSchema,
  door: z.enum(consoleDoors),
  /** As the storefront named it; null: it could not be read that far, or it is a whole call. */
  type: z.string().nullable(),
  /** `repeated`: stored before under the same id. `refused`: must be mended. `dropped`: well formed and not wanted. */
  state: z.enum(['stored', 'repeated', 'refused', 'dropped']),
  reason: z.enum(dropReasons).nullable(),
  /** The event as it was sent (JSON), addresses blanked. */
  payload: z.string(),
  problems: z.array(problemSchema),
});
export type ConsoleNote = z.infer<typeof consoleNoteSchema>;

/** `GET /api/shops/:shop/install/console`: what one browser told, and what came by other doors, since `after`, oldest first. */
export const consoleQuerySchema = z.object({
  code: z.string().regex(/^[a-z0-9]{8,32}$/, 'a code has 8 to 32 lower-case letters and digits'),
  after: z.coerce.number().int().min(0).default(0),
});
export const consoleSchema = z.object({ notes: z.array(consoleNoteSchema) });
