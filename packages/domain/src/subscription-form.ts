import { z } from 'zod';

const words = (most: number) => z.string().trim().max(most, `at most ${most} characters`);

/** The form that asks for an address: a popup, or a place in the page. Served by us, drawn in a shadow root. */
export const subscriptionFormSchema = z.object({
  on: z.boolean(),
  /** `popup` opens by its own; `inline` stands where the shop puts `<div data-winback-form></div>`. */
  kind: z.enum(['popup', 'inline']),
  /** What opens the popup; each null (or false) never does. */
  opens: z.object({
    /** Seconds after the first page of the session. */
    afterSeconds: z.number().int().min(1).max(3_600).nullable(),
    /** On this page of the session. */
    onPage: z.number().int().min(1).max(100).nullable(),
    /** When the pointer leaves through the top of the window. */
    onExit: z.boolean(),
  }),
  /** Beginnings of paths (`/blog`) where it may open; none: everywhere. */
  paths: z.array(z.string().trim().startsWith('/', 'a path begins with /').max(200)).max(20),
  /** Never on a narrow screen, unless this is true. */
  onPhones: z.boolean(),
  place: z.enum(['centre', 'corner']),
  title: words(80).min(1, 'the form has no title'),
  text: words(300),
  button: words(40).min(1, 'the button has no words'),
  /** What the shopper agrees to, beside a box that they tick themselves. */
  agreement: words(300).min(1, 'say what the shopper agrees to'),
  thanks: words(200).min(1, 'say thank you'),
});
export type SubscriptionForm = z.infer<typeof subscriptionFormSchema>;

export const subscriptionFormDefaults: SubscriptionForm = {
  on: false,
  kind: 'popup',
  opens: { afterSeconds: 90, onPage: null, onExit: true },
  paths: [],
  onPhones: false,
  place: 'corner',
  title: 'A letter when something good comes in',
  text: 'No more than two a month.',
  button: 'Write to me',
  agreement: 'I agree to letters from this shop. I can leave with one click.',
  thanks: 'Thank you. We will write to you.',
};
