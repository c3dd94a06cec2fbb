import { z } from 'zod';
import { eventSchema } from './beacon.ts';
import { emailAddressSchema } from './email-address.ts';
import { visitorIdSchema } from './ids.ts';
import { problemSchema } from './problem.ts';

/** Bounds of a batch that a shop's own server sends. */
export const serverLimits = { bytes: 2_000_000, events: 500, maxAgeMs: 30 * 86_400_000 } as const;

/** Whom a server's event is about: the browser, or the person by any name the shop has for them. The first that is known counts. */
export const serverPersonSchema = z
  .strictObject({
    visitor: visitorIdSchema.optional(),
    email: emailAddressSchema.optional(),
    phone: z.string().trim().min(3).max(32).optional(),
    externalId: z.string().trim().min(1).max(128).optional(),
  })
  .refine((person) => Object.values(person).some((value) => value !== undefined), {
    message: 'say whom the event is about: visitor, email, phone or externalId',
  });
export type ServerPerson = z.infer<typeof serverPersonSchema>;

/** One event of a shop's server: an event as beacons carry it, and beside it `person`. */
export const serverEventSchema = z.looseObject({ person: serverPersonSchema }).transform((item, context) => {
  const { person, ...fields } = item;
  const event = eventSchema.safeParse(fields);
  if (event.success) return { person, event: event.data };
  for (const issue of event.error.issues) context.addIssue({ ...issue } as Parameters<typeof context.addIssue>[0]);
  return z.NEVER;
});
export type ServerEvent = z.infer<typeof serverEventSchema>;

/** `POST /v1/events`, authorised by a secret key. Each event stands for itself: a bad one does not take the others along. */
export const serverBatchSchema = z.strictObject({
  events: z
    .array(z.unknown())
    .min(1, 'the batch is empty')
    .max(serverLimits.events, `a batch has at most ${serverLimits.events} events`),
});

/** The same batch with each event spelled out, for the API's description. */
export const serverBatchDescription = z.strictObject({
  events: z.array(z.union(eventSchema.options.map((option) => option.safeExtend({ person: serverPersonSchema })))),
});

/** `200` of `POST /v1/events`: how many are stored, how many were stored before, and what is wrong with the others. */
export const serverAnswerSchema = z.object({
  accepted: z.number().int(),
  repeated: z.number().int(),
  refused: z.array(z.object({ index: z.number().int(), problems: z.array(problemSchema) })),
});
export type ServerAnswer = z.infer<typeof serverAnswerSchema>;
