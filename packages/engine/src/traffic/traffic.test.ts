import { describe, expect, it } from 'vitest';
import { deviceClassOf, sourceOf } from './index.ts';

const hosts = { own: ['shop.example'], payment: ['pay.bank.example'] };

describe('the source of a visit', () => {
  it.each([
    [
      'a campaign, by its words',
      '?utm_source=news&utm_medium=email&utm_campaign=may',
      '',
      { kind: 'campaign', utm: { source: 'news', medium: 'email', campaign: 'may' } },
    ],
    [
      'a letter of ours',
      '?utm_source=winback&utm_medium=email&utm_content=abc',
      '',
      { kind: 'letter', utm: { source: 'winback', medium: 'email', content: 'abc' } },
    ],
    ['an ad of Google', '?gclid=x', 'https://www.google.com/', { kind: 'ad', click: 'gclid', referrer: 'google.com' }],
    ['an ad of Facebook', '?fbclid=x', '', { kind: 'ad', click: 'fbclid' }],
    ['an ad of Microsoft', '?msclkid=x', '', { kind: 'ad', click: 'msclkid' }],
    ['another site', '', 'https://blog.example/post', { kind: 'referrer', referrer: 'blog.example' }],
    ['nothing: typed in', '', '', null],
    ['nothing: the shop itself', '', 'https://shop.example/cart', null],
    ['nothing: another host of the shop', '', 'https://checkout.shop.example/', null],
    ['nothing: back from paying', '', 'https://www.paypal.com/checkoutnow', null],
    ['nothing: back from the shop’s own bank', '', 'https://pay.bank.example/ok', null],
    [
      'another site that only sounds like the shop',
      '',
      'https://notshop.example/',
      { kind: 'referrer', referrer: 'notshop.example' },
    ],
    ['nothing: a referrer that is no address', '?utm_source=', 'android-app', null],
  ])('%s', (_what, query, referrer, source) => {
    expect(sourceOf({ url: `https://shop.example/p/1${query}`, referrer }, hosts)).toEqual(source);
  });

  it('is nothing where the page did not say its address', () => {
    expect(sourceOf({}, hosts)).toBeNull();
  });
});

it.each([
  ['phone', 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) Mobile/15E148 Safari/604.1', null],
  ['phone', 'Mozilla/5.0 (Linux; Android 16; Pixel 10) Chrome/150.0 Mobile Safari/537.36', '?1'],
  ['tablet', 'Mozilla/5.0 (Linux; Android 16; SM-X900) Chrome/150.0 Safari/537.36', '?0'],
  ['tablet', 'Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) Mobile/15E148 Safari/604.1', null],
  ['desktop', 'Mozilla/5.0 (X11; Linux x86_64) Chrome/150.0 Safari/537.36', '?0'],
  ['desktop', '', null],
])('a %s is told by what the browser says', (device, agent, hint) => {
  expect(deviceClassOf(agent, hint)).toBe(device);
});
