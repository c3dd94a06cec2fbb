// A letter that goes to somebody who works for the shop: rendered here, kept for a moment, sent by the queue.
import type { ShopId, ShopSettings, TemplateUse } from '@winback/domain';
import type { RenderedLetter } from '@winback/mail';
import { letterMessage } from '@winback/mail';
import type { Env } from '../env.ts';
import { testLetterKey } from '../test-letter-key.ts';

interface ToSend {
  settings: ShopSettings;
  letter: RenderedLetter;
  use: TemplateUse;
  to: string;
}

export async function queueTest(env: Env, shop: ShopId, { settings, letter, use, to }: ToSend): Promise<void> {
  const id = crypto.randomUUID();
  const { html, text } = letter;
  const message = letterMessage({
    ...{ letter: `test-${id}`, shop, scenario: use, sender: settings.sender, html, text },
    to: { name: null, address: to },
    unsubscribeUrl: null,
    subject: `[Test] ${letter.subject}`,
  });
  await env.LAKE.put(testLetterKey(shop, id), JSON.stringify(message));
  await env.JOBS.send({ kind: 'test-letter', shop, test: id });
}
