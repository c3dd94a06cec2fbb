// Sends a merchant's test letter once: whoever takes it away first sends it.

import { senderOf } from '@winback/db';
import type { ShopId } from '@winback/domain';
import type { SendOutcome } from '@winback/mail';
import { outgoingMessageSchema } from '@winback/mail';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import { isVerified } from '../sender-verified.ts';
import { openChannel } from '../shop-provider.ts';
import { freshShop } from '../shop-settings.ts';
import { testLetterKey } from '../test-letter-key.ts';

/** Throws where the mail server could not be reached and trying again may help. */
export async function sendTestLetter(env: Env, shop: ShopId, test: string): Promise<void> {
  const key = testLetterKey(shop, test);
  const kept = await env.LAKE.get(key);
  if (!kept) return;
  const message = outgoingMessageSchema.parse(await kept.json());
  const [record, row] = await Promise.all([freshShop(env, shop, Date.now()), senderOf(databaseOf(env), shop)]);
  if (!record || !isVerified(record.settings, row)) {
    console.warn('a test letter is not sent: its sender is not known to be the shop', { shop });
    return env.LAKE.delete(key);
  }
  // As the letter itself will go.
  const { provider } = await openChannel(env, shop, { row, purpose: 'marketing' });
  const outcome = await provider.send(message);
  provider.close();
  if (isForLater(outcome)) throw new Error(`the test letter of ${shop} was not taken`);
  if (outcome.kind === 'refused') console.warn('a test letter was refused', { shop });
  await env.LAKE.delete(key);
}

/** Certainly not taken, and may be another time. */
function isForLater(outcome: SendOutcome): boolean {
  if (outcome.kind === 'refused') return !outcome.permanent;
  return outcome.kind !== 'accepted' && outcome.kind !== 'unknown';
}
