// `pnpm bench letters`: how many letters one core composes, beside the floor of LiquidJS rendering the same template alone.

import { formatMoney } from '@winback/domain';
import type { LetterData, LetterProduct, RenderedLetter } from '@winback/mail';
import { letterLinks, plainLinks, renderLetter } from '@winback/mail';
import { compileTemplate, designDocument } from '@winback/mail/template';
import { Liquid } from 'liquidjs';

const rounds = 7;
const letters = 1_500;
const wanted = { perSecond: 2_000, timesFloor: 1.6 };

const product = (at: number): LetterProduct => ({
  id: `p${at}`,
  name: `Product ${at} with a name as long as names of products are`,
  url: `https://shop.example/products/${at}?colour=1`,
  picture: `https://shop.example/pictures/${at}.jpg`,
  price: formatMoney({ minor: 1_990 + at * 100, currency: 'EUR' }, 'en'),
  oldPrice: null,
});
const data: LetterData = {
  shop: { name: 'Shop', url: 'https://shop.example', postalAddress: 'Weg 1, 10115 Berlin', language: 'en' },
  person: { name: 'Ann' },
  items: [0, 1, 2].map((at) => ({ ...product(at), quantity: 1 })),
  picks: [3, 4, 5, 6, 7, 8, 9].map(product),
  cartUrl: 'https://shop.example/cart',
  unsubscribeUrl: 'https://w.example/u/token',
};

export async function benchLetters(): Promise<void> {
  const document = designDocument('magazine', 'abandoned_cart', 'en');
  if (!document) throw new Error('the design is missing');
  const filler = '<p>Words that make the letter as long as letters of shops are. </p>'.repeat(110);
  const blocks = [...document.blocks, { id: 'filler', kind: 'html', html: filler } as const];
  const template = await compileTemplate({ ...document, blocks }, { color: '#1f6f5c', logoUrl: null });
  const engine = new Liquid({ outputEscape: 'escape' });
  const parsed = engine.parse(template.html);
  const addresses = new Set<string>();
  const words = { subject: 'Your cart', preheader: 'It waits' };
  const to = (url: string) => {
    addresses.add(url);
    return url;
  };
  const whole = renderLetter({ template, ...words, data, links: { ...plainLinks, to } });
  console.info(`a letter of ${Math.round(whole.html.length / 1024)} KB with ${addresses.size} addresses`);
  const floor = () => void engine.renderSync(parsed, { ...data, preheader: 'It waits' });
  const ours = () => void renderLetter({ template, ...words, data });
  const times = { floor: [] as number[], rendered: [] as number[], signed: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    times.floor.push(await timeOf(floor));
    times.rendered.push(await timeOf(ours));
    times.signed.push(await timeOf(() => signedLetter(template)));
  }
  const [floorUs, renderedUs, signedUs] = [times.floor, times.rendered, times.signed].map(medianOf) as [
    number,
    number,
    number,
  ];
  console.info(
    `bare LiquidJS ${floorUs.toFixed(0)} µs; HTML, text and subject ${renderedUs.toFixed(0)} µs; links signed too ${signedUs.toFixed(0)} µs`,
  );
  const perSecond = 1e6 / signedUs;
  verdict(`${perSecond.toFixed(0)} letters a second, ${wanted.perSecond} wanted`, perSecond >= wanted.perSecond);
  const times2 = signedUs / floorUs;
  verdict(`${times2.toFixed(2)} x the floor, ${wanted.timesFloor} wanted`, times2 <= wanted.timesFloor);
}

function signedLetter(template: { html: string; text: string }): RenderedLetter {
  const of = { secrets: 'secret', publicUrl: 'https://w.example', shop: 'demo', letter: 'l1', expiresAt: 1 };
  const links = letterLinks({ ...of, scenario: 'abandoned_cart', shopUrl: data.shop.url, countsOpens: true });
  return renderLetter({ template, subject: 'Your cart', preheader: 'It waits', data, links });
}

/** Microseconds of one. */
async function timeOf(one: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  for (let at = 0; at < letters; at += 1) await one();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / letters;
}

function medianOf(of: readonly number[]): number {
  return [...of].sort((a, b) => a - b)[Math.floor(of.length / 2)] ?? Number.NaN;
}

function verdict(words: string, isReached: boolean): void {
  console.info(`${isReached ? 'reached' : 'NOT reached'}: ${words}`);
  if (!isReached) process.exitCode = 1;
}
