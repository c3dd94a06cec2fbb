// Double opt-in, asked of every make of database.
import type { Consent, EmailAddress, PersonId, ShopId } from '@winback/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AskToConfirm, Database } from './index.ts';
import * as queries from './index.ts';
import { settings } from './queries.suite.ts';

const shop = 'shop-one' as ShopId;
const other = 'shop-two' as ShopId;
const hour = 3_600_000;
const day = 24 * hour;
const t0 = 1_000 * day;
const ann = 'person-ann' as PersonId;

export function describeConfirmations(make: string, open: () => Promise<Database>): void {
  describe(`double opt-in, on ${make}`, () => {
    let db: Database;
    beforeEach(async () => {
      db = await open();
      for (const one of [shop, other]) await queries.putShop(db, one, settings, 1);
      await named(ann, 'ann@mail.example');
    });

    async function named(id: PersonId, email: string, consent: 'none' | 'subscribed' = 'none', now = 1): Promise<void> {
      const claim = { id, email: email as EmailAddress, name: null, source: 'form', namedBy: null, now };
      await queries.putSubscriber(db, shop, { ...claim, consent });
    }

    const word = (more: Partial<AskToConfirm> = {}): AskToConfirm => ({
      person: ann,
      email: 'ann@mail.example' as EmailAddress,
      ask: crypto.randomUUID(),
      word: 'agreed',
      how: 'box',
      source: 'popup',
      wording: 'I agree to letters.',
      ip: '203.0.113.7',
      network: '203.0.113.7',
      now: t0,
      ...more,
    });
    const asks = (more: Partial<AskToConfirm> = {}) => queries.askToConfirm(db, shop, word(more));
    const confirms = (askedAt: number, now: number) =>
      queries.confirmSubscription(db, shop, ann, { askedAt, now, source: 'page', ip: null, wording: 'Yes' });
    const refuses = (askedAt: number, now: number) =>
      queries.refuseConfirmation(db, shop, ann, { askedAt, now, source: 'page', ip: null, wording: 'No' });
    const consentNow = async () => (await queries.subscriberById(db, shop, ann))?.consent;
    const log = async () => (await queries.consentLogOf(db, shop, ann)).map(({ consent, how }) => [consent, how]);

    it('asks once for an event, however often it comes, and keeps when, where and what was seen', async () => {
      const ask = word();
      const first = await queries.askToConfirm(db, shop, ask);
      const again = await queries.askToConfirm(db, shop, { ...ask, now: t0 + hour });
      expect([first, again]).toEqual(Array(2).fill({ asked: true, consent: 'pending', at: t0 }));
      const lines = await queries.consentLogOf(db, shop, ann);
      expect(lines).toHaveLength(2);
      expect(lines[0]).toEqual({
        ...{ at: t0, consent: 'pending', source: 'popup', how: 'box' },
        ...{ ip: '203.0.113.7', wording: 'I agree to letters.' },
      });
      expect(await queries.subscriberById(db, shop, ann)).toMatchObject({ consent: 'pending', askedAt: t0 });
    });

    it('asks one mailbox once a day, three times a week and six times in ninety days, plus and dots or not', async () => {
      const came: number[] = [];
      for (const days of [0, 0.3, 0.9, 1, 1.5, 2, 3, 4, 6.9, 7, 7.5, 8, 9, 10, 20, 50, 89]) {
        const at = days * day;
        const person = `person-${at}` as PersonId;
        const email = ['a.nn@gmail.com', `ann+${at}@gmail.com`, 'ann@googlemail.com'][came.length % 3] as EmailAddress;
        await named(person, `${at}@mail.example`);
        if ((await asks({ person, email, network: null, now: t0 + at })).asked) came.push(days);
      }
      expect(came).toEqual([0, 1, 2, 7, 8, 9]);
    });

    it('asks ten mailboxes an hour for one network, and does not mind the others', async () => {
      const asked = async (n: number, network: string, now: number) => {
        const person = `person-${n}` as PersonId;
        await named(person, `p${n}@mail.example`);
        return (await asks({ person, email: `p${n}@mail.example` as EmailAddress, network, now })).asked;
      };
      for (let n = 0; n < 10; n += 1) expect(await asked(n, 'one', t0 + n)).toBe(true);
      expect(await asked(10, 'one', t0 + 60)).toBe(false);
      expect(await asked(11, 'two', t0 + 60)).toBe(true);
      expect(await asked(12, 'one', t0 + hour + 60)).toBe(true);
    });

    it('asks about an address that was heard by the way once in its life, and never somebody who left', async () => {
      const heard = { word: 'captured', how: 'captured' } as const;
      expect(await asks(heard)).toMatchObject({ asked: true });
      expect(await asks({ ...heard, now: t0 + 60 * day })).toMatchObject({ asked: false });
      await queries.unsubscribe(db, shop, ann, { source: 'letter', now: t0 + 61 * day });
      expect(await asks({ ...heard, now: t0 + 62 * day })).toMatchObject({ asked: false, consent: 'unsubscribed' });
    });

    it('subscribes who confirms, once, and no other shop’s person', async () => {
      await asks();
      const elsewhere = { askedAt: t0, now: t0 + 1, source: 'page', ip: null, wording: 'Yes' };
      expect(await queries.confirmSubscription(db, other, ann, elsewhere)).toBe(null);
      const answers: (Consent | null)[] = [];
      for (const n of [1, 2, 3, 4, 5]) answers.push(await confirms(t0, t0 + n));
      expect(answers).toEqual(Array(5).fill('subscribed'));
      expect(await log()).toEqual([
        ['subscribed', 'confirmed'],
        ['pending', 'box'],
        ['none', null],
      ]);
      expect(await queries.subscriberById(db, shop, ann)).toMatchObject({ confirmedAt: t0 + 1 });
    });

    it('asks who left, leaves them unsubscribed until they confirm, and then gives all kinds of letters back', async () => {
      const kinds = { kinds: { bulk: false, chain: false }, source: 'page', ip: null, now: t0 - hour };
      await queries.putKinds(db, shop, ann, kinds);
      await queries.unsubscribe(db, shop, ann, { source: 'page', now: t0 - hour });
      expect(await asks()).toEqual({ asked: true, consent: 'unsubscribed', at: t0 });
      expect(await consentNow()).toBe('unsubscribed');
      expect(await confirms(t0, t0 + 1)).toBe('subscribed');
      expect(await queries.kindsOf(db, shop, ann)).toEqual({});
    });

    it('lets no old link subscribe who left after it was asked', async () => {
      await asks();
      await confirms(t0, t0 + hour);
      await queries.unsubscribe(db, shop, ann, { source: 'letter', now: t0 + 2 * hour });
      expect(await confirms(t0, t0 + 3 * hour)).toBe('unsubscribed');
      expect(await queries.requestOf(db, shop, ann, t0)).toMatchObject({ over: true });
    });

    it('leaves who said that it was not them alone for a month, whatever is typed', async () => {
      await asks();
      for (const n of [1, 2]) await refuses(t0, t0 + n);
      expect(await log()).toEqual([
        ['unsubscribed', 'refused'],
        ['pending', 'box'],
        ['none', null],
      ]);
      expect(await asks({ now: t0 + 29 * day })).toMatchObject({ asked: false });
      expect(await asks({ now: t0 + 31 * day })).toMatchObject({ asked: true, consent: 'unsubscribed' });
    });

    it('takes a box, an import or the shop’s word for a yes while somebody is asked', async () => {
      await asks();
      await named(ann, 'ann@mail.example', 'subscribed', t0 + 1);
      expect(await consentNow()).toBe('subscribed');
      const ben = 'person-ben' as PersonId;
      await named(ben, 'ben@mail.example');
      await asks({ person: ben, email: 'ben@mail.example' as EmailAddress });
      const arriving = { name: null, externalId: null, phone: null, profile: {} };
      const people = [{ ...arriving, id: ben, email: 'ben@mail.example' as EmailAddress, kinds: { bulk: true } }];
      const by = { source: 'import', now: t0 + 1, ip: null };
      expect(await queries.importPeople(db, shop, people, by)).toMatchObject([{ consent: 'subscribed' }]);
      expect((await queries.subscriberById(db, shop, ben))?.consent).toBe('subscribed');
    });

    it('tells the wire’s change log of the yes, and not of the question', async () => {
      await asks();
      await confirms(t0, t0 + 1);
      const query = { from: 0, until: t0 + day, email: null, offset: 0, limit: 9 };
      expect(await queries.consentChanges(db, shop, query)).toMatchObject([{ what: 'subscribed', at: t0 + 1 }]);
    });

    it('forgets who was asked with the person', async () => {
      await asks();
      await queries.forgetPerson(db, shop, ann, { visitors: [], before: t0, now: t0 });
      await named('person-new' as PersonId, 'ann@mail.example');
      expect(await asks({ person: 'person-new' as PersonId, now: t0 + 1 })).toMatchObject({ asked: true });
    });
  });
}
