// Mail that comes to the sender's address: letters that came back. An address that does not exist gets no second letter.
import { recipientOf, suppress } from '@winback/db';
import { readBounce } from '@winback/mail';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';

const maxBytes = 1_000_000;

/**
 * Reads a message of Cloudflare Email Routing. A hard bounce suppresses the address of the letter that it names, and no
 * other: whoever forges one can silence nobody but the reader whose letter's id they know.
 */
export async function receive(message: Pick<ForwardableEmailMessage, 'raw' | 'rawSize'>, env: Env): Promise<void> {
  if (message.rawSize > maxBytes) return;
  const bounce = await readBounce(await new Response(message.raw).arrayBuffer());
  if (!bounce?.permanent) return;
  const recipient = await recipientOf(databaseOf(env), bounce.letter);
  if (!recipient) return;
  await suppress(databaseOf(env), recipient.shop, recipient.email, `hard bounce: ${bounce.diagnostic}`, Date.now());
}
