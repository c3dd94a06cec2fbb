// Times as the wire writes them, in UTC: `2026-09-01`, `2026-09-01 10:00:00`, seconds since 1970.
import { HTTPException } from 'hono/http-exception';
import type { Params } from '../params.ts';
import { textIn } from '../params.ts';

/** `2026-09-01 10:00:00` */
export function momentWords(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

/** The moment under this name; null: none. Throws 422 where it is no moment. */
export function momentIn(params: Params, name: string): number | null {
  const text = textIn(params, name);
  if (text === null) return null;
  if (/^\d{9,11}$/.test(text)) return Number(text) * 1_000;
  const match = /^(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}:\d{2}))?$/.exec(text);
  const at = match ? Date.parse(`${match[1]}T${match[2] ?? '00:00:00'}Z`) : Number.NaN;
  if (Number.isNaN(at)) throw new HTTPException(422, { message: `${name} is not a date as 2026-09-01` });
  return at;
}

/** The whole days from `from` to `to`, both counted: yesterday and today where they are not said. `until` is the first moment after. */
export function daysIn(
  params: Params,
  names: { from: string; to: string },
  now: number,
): { from: number; until: number } {
  const dayMs = 86_400_000;
  const today = Math.floor(now / dayMs) * dayMs;
  const from = momentIn(params, names.from) ?? today - dayMs;
  return { from, until: (momentIn(params, names.to) ?? today) + dayMs };
}
