import { HTTPException } from 'hono/http-exception';
import type { Params } from '../params.ts';
import { numberIn, textIn } from '../params.ts';

const highest = 2_147_483_647;

/** The segment that a call names. Throws 422: none, or no number that a segment has. */
export function segmentIn(params: Params): number {
  if (textIn(params, 'segment_id') === null) throw new HTTPException(422, { message: 'Segment ID is not specified' });
  const id = numberIn(params, 'segment_id');
  if (id === null || !Number.isInteger(id) || id < 1 || id > highest)
    throw new HTTPException(422, { message: 'Segment ID is not valid' });
  return id;
}
