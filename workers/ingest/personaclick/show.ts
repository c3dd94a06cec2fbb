// Calls of this wire, for the merchant who looks at the console.
import { noteDoor } from '../../watching.ts';
import type { DoorNote } from '../watched.ts';
import type { WireCall, WireContext } from './call.ts';

/** Shows what became of a call; `notes` is asked only while somebody looks. */
export function show(c: WireContext, { shop, now }: Pick<WireCall, 'shop' | 'now'>, notes: () => DoorNote[]): void {
  noteDoor(c.env, { shop, door: 'personaclick', notes }, now, (work) => c.executionCtx.waitUntil(work));
}
