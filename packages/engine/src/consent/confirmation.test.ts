import type { CaptureSettings, ConfirmRule, Consent } from '@winback/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConsentAct, Word } from './index.ts';
import { answerTo, consentAfter, mayAsk, wordOf } from './index.ts';

const capture: CaptureSettings = {
  anyField: true,
  forms: [
    { form: '#footer', consentBox: null, source: 'footer' },
    { form: '#account', consentBox: '#agree', source: 'account' },
  ],
};

describe('the word of an address', () => {
  it.each([
    ['a form without a box', { consent: false, source: 'footer' }, 'captured'],
    ['any field', { consent: false, source: 'capture' }, 'captured'],
    ['a form whose box was left empty: that is an answer', { consent: false, source: 'account' }, 'named'],
    ['a form whose box was ticked', { consent: true, source: 'account' }, 'agreed'],
    ['a call of the shop’s page', { consent: false, source: 'checkout' }, 'named'],
  ] as const)('from %s', (_where, said, word) => {
    expect(wordOf({ ...said, vouched: false }, capture)).toBe(word);
  });

  it('of the shop’s own system counts, and asks nobody', () => {
    expect(wordOf({ consent: true, source: 'footer', vouched: true }, capture)).toBe('vouched');
    expect(wordOf({ consent: false, source: 'footer', vouched: true }, capture)).toBe('named');
  });

  it('from any field is nothing where the shop does not listen there', () => {
    expect(wordOf({ consent: false, source: 'capture', vouched: false }, { ...capture, anyField: false })).toBe(
      'named',
    );
  });
});

describe('a shop’s rule', () => {
  it.each<[ConfirmRule, Word, string]>([
    ['never', 'captured', 'nothing'],
    ['never', 'agreed', 'subscribe'],
    ['captured', 'captured', 'ask'],
    ['captured', 'agreed', 'subscribe'],
    ['always', 'captured', 'ask'],
    ['always', 'agreed', 'ask'],
    ['always', 'vouched', 'subscribe'],
    ['always', 'named', 'nothing'],
  ])('%s: what is %s comes to %s', (rule, word, answer) => {
    expect(answerTo(word, rule)).toBe(answer);
  });

  it.each<[Consent, number | null, Word, ConfirmRule, boolean]>([
    ['none', null, 'captured', 'captured', true],
    ['none', 1, 'captured', 'captured', false],
    ['unsubscribed', null, 'captured', 'always', false],
    ['unsubscribed', null, 'agreed', 'captured', true],
    ['unsubscribed', null, 'agreed', 'never', false],
    ['pending', 1, 'agreed', 'always', true],
    ['subscribed', null, 'agreed', 'always', false],
  ])('who is %s (asked: %s) and %s, by %s: asked %s', (consent, askedAt, word, rule, asked) => {
    expect(mayAsk({ consent, askedAt }, word, rule)).toBe(asked);
  });
});

it('nobody who left is subscribed again but by confirming', () => {
  const act = fc.constantFrom<ConsentAct>('address-given', 'asked', 'opted-in', 'unsubscribed', 'complained');
  fc.assert(
    fc.property(fc.array(act), fc.array(act), (before, after) => {
      const left = consentAfter(before.reduce<Consent>(consentAfter, 'none'), 'unsubscribed');
      expect(after.reduce<Consent>(consentAfter, left)).toBe('unsubscribed');
      expect(consentAfter(left, 'confirmed')).toBe('subscribed');
    }),
  );
});
