// The letter that shows whether a provider takes letters from the sender's address. It goes to whoever pressed the button.
import type { ShopSettings } from '@winback/domain';
import type { OutgoingMessage } from '@winback/mail';
import { letterMessage } from '@winback/mail';

export function testMessage(
  { name, sender }: ShopSettings,
  { letter, to }: { letter: string; to: string },
): OutgoingMessage {
  const lines = [
    `This letter came from ${sender.address} through the provider of ${name}.`,
    'If it is in the right folder, letters to shoppers may go. If it is among the spam, look at the records of the domain in the settings.',
  ];
  return letterMessage({
    letter,
    ...{ shop: 'test', scenario: 'test', sender, to: { name: null, address: to }, unsubscribeUrl: null },
    subject: `${name}: a test letter`,
    text: `${lines.join('\n\n')}\n`,
    html: `<!doctype html><html lang="en"><body>${lines.map((line) => `<p>${escaped(line)}</p>`).join('')}</body></html>`,
  });
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
