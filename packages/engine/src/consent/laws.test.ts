import type { Consent, Law, LawSettings } from '@winback/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lawOf, lawPermits, mustConfirm, refusalTo, standingOf } from './index.ts';

const day = 86_400_000;
const now = Date.UTC(2026, 5, 1);
const own: LawSettings = { applies: 'person', home: 'eu' };

describe('the law that counts for somebody', () => {
  it.each<[string | null, Law]>([
    ['FR', 'eu'],
    ['GB', 'eu'],
    ['CH', 'eu'],
    ['US', 'usa'],
    ['CA', 'canada'],
    ['BR', 'other'],
    [null, 'eu'],
    ['T1', 'eu'],
  ])('in %s is %s', (country, law) => {
    expect(lawOf(country, own)).toBe(law);
  });

  it('is the shop’s where nobody knows where they are', () => {
    expect(lawOf(null, { applies: 'person', home: 'canada' })).toBe('canada');
  });

  it.each(['strictest', 'agreed'] as const)('is the European one for everybody where the shop says %s', (applies) => {
    expect(lawOf('US', { applies, home: 'usa' })).toBe('eu');
  });

  it('wants a ticked box confirmed in Germany, or from everybody where the strictest counts', () => {
    expect(mustConfirm('DE', own)).toBe(true);
    expect(mustConfirm('FR', own)).toBe(false);
    expect(mustConfirm(null, own)).toBe(false);
    expect(mustConfirm('FR', { applies: 'strictest', home: 'eu' })).toBe(true);
    expect(mustConfirm('DE', { applies: 'agreed', home: 'eu' })).toBe(false);
  });
});

describe('who has not agreed', () => {
  const ties = { orderedAt: null, inquiredAt: null };
  it.each<[Law, object, boolean]>([
    ['eu', { orderedAt: now - day }, false],
    ['other', { orderedAt: now - day }, false],
    ['usa', {}, true],
    ['canada', {}, false],
    ['canada', { orderedAt: now - 700 * day }, true],
    ['canada', { orderedAt: now - 731 * day }, false],
    ['canada', { inquiredAt: now - 181 * day }, true],
    ['canada', { inquiredAt: now - 183 * day }, false],
  ])('under the law of %s, with %o: may be written to: %s', (law, more, may) => {
    expect(lawPermits(law, 'none', { ...ties, ...more }, now)).toBe(may);
  });

  it('and said no, or was asked and has not answered, is written to under no law', () => {
    const law = fc.constantFrom<Law>('eu', 'usa', 'canada', 'other');
    const at = fc.option(fc.integer({ min: now - 900 * day, max: now }));
    const said = fc.constantFrom<Consent>('pending', 'unsubscribed');
    fc.assert(
      fc.property(law, said, at, at, (of, consent, orderedAt, inquiredAt) => {
        expect(lawPermits(of, consent, { orderedAt, inquiredAt }, now)).toBe(false);
      }),
    );
  });
});

describe('where an address stands', () => {
  it.each([
    ['none', null, null, 'unknown'],
    ['pending', null, null, 'pending'],
    ['subscribed', null, null, 'agreed'],
    ['subscribed', 1, null, 'confirmed'],
    ['unsubscribed', 1, null, 'unsubscribed'],
    ['subscribed', 1, 'hard bounce: 550 no such user', 'bounced'],
    ['subscribed', 1, 'complaint', 'complained'],
    ['subscribed', 1, 'imported: the shop’s own list', 'suppressed'],
    ['unsubscribed', null, 'erased', 'erased'],
  ] as const)('%s, confirmed %s, given up for %s: %s', (consent, confirmedAt, suppression, standing) => {
    expect(standingOf({ consent, confirmedAt, suppression })).toBe(standing);
  });

  it('lets a letter of a scenario out to who agreed, or whom the law permits, and to nobody else', () => {
    const trigger = { kind: 'trigger', refusedKind: false, permitted: true } as const;
    const may = (['agreed', 'confirmed', 'unknown'] as const).map((standing) => refusalTo(standing, trigger));
    expect(may).toEqual([null, null, null]);
    const others = ['pending', 'unsubscribed', 'bounced', 'complained', 'suppressed', 'erased'] as const;
    expect(others.map((standing) => refusalTo(standing, trigger)?.reason)).toEqual([
      ...['not-confirmed', 'unsubscribed', 'bounced', 'complained', 'suppressed', 'unsubscribed'],
    ]);
    expect(refusalTo('unknown', { ...trigger, permitted: false })?.reason).toBe('no-consent');
    expect(refusalTo('agreed', { ...trigger, refusedKind: true })?.reason).toBe('no-consent');
  });

  it('lets the question whether they want letters out to who has not said yes', () => {
    const service = { kind: 'service', refusedKind: false, permitted: false } as const;
    expect((['unknown', 'pending', 'unsubscribed'] as const).map((one) => refusalTo(one, service))).toEqual([
      ...[null, null, null],
    ]);
    expect(refusalTo('agreed', service)?.reason).toBe('confirmed');
    expect(refusalTo('bounced', service)?.reason).toBe('bounced');
  });
});
