import { z } from 'zod';

/** Who opened a letter or clicked in it: a person, or what gave the machine away. */
export const touchVerdicts = [
  'human',
  'no-agent',
  'prefetch',
  'scanner',
  'no-browser',
  'data-center',
  'apple-mpp',
  'gmail-proxy',
  'yahoo-proxy',
  'trap',
  'too-soon',
  'burst',
  'many-letters',
] as const;
export const touchVerdictSchema = z.enum(touchVerdicts);
export type TouchVerdict = z.infer<typeof touchVerdictSchema>;

/** One opening or one click. */
export interface LetterTouch {
  letter: string;
  /** Of the request. */
  id: string;
  kind: 'open' | 'click';
  /** The link's place in the letter; 0: the one that nobody sees. Null: an opening. */
  link: number | null;
  at: number;
  verdict: TouchVerdict;
  /** Where it came from, as a digest; null: unknown. */
  network: string | null;
}
