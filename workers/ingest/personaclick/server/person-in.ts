// The subscriber of a call, or nobody whom we know.
import type { PersonId } from '@winback/domain';
import type { WireCall, WireContext } from '../call.ts';
import { personBehind } from '../person.ts';
import { whoIn } from '../who.ts';

/** Throws as `whoIn` does: a browser that nobody named, a wrong secret. */
export async function personIn(c: WireContext, call: WireCall): Promise<PersonId | null> {
  return (await personBehind(c.env, call.shop, await whoIn(c, call)))?.person ?? null;
}
