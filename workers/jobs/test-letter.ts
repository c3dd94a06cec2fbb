// Sends a merchant's test letter once: whoever takes it away first sends it.
import type { ShopId } from '@winback/domain';
import { outgoingMessageSchema } from '@winback/mail';
import type { Env } from '../env.ts';
import { testLetterKey } from '../test-letter-key.ts';
import { providerOf } from './provider.ts';

/** Throws where the mail server could not be reached and trying again may help. */
export async function sendTestLetter(env: Env, shop: ShopId, test: string): Promise<void> {
  const key = testLetterKey(shop, test);
  const kept = await env.LAKE.get(key);
  if (!kept) return;
  const message = outgoingMessageSchema.parse(await kept.json());
  const outcome = await providerOf(env).send(message);
  if (outcome.kind === 'unreachable' || (outcome.kind === 'refused' && !outcome.permanent))
    throw new Error(`the test letter of ${shop} was not taken`);
  if (outcome.kind === 'refused') console.warn('a test letter was refused', { shop });
  await env.LAKE.delete(key);
}
