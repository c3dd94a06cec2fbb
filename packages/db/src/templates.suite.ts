// What both databases must answer about templates: drafts, editions, and that nothing is written over what somebody else saved.
import type { ShopId } from '@winback/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from './index.ts';
import * as queries from './index.ts';
import { settings } from './queries.suite.ts';
import { templates } from './schema.ts';

const key = { use: 'abandoned_cart', language: 'en' } as const;
const words = (document: string) => ({ document, subject: null, preheader: 'p' });
const edition = (version: number, document = '{}') => ({
  words: words(document),
  compiled: { html: `h${version}`, text: 't', compiledFor: '1' },
  ...{ version, by: null, restores: null, now: version },
});

export function describeTemplates(name: string, open: () => Promise<Database>): void {
  describe(`templates: ${name}`, () => {
    let db: Database;
    const shop = 'templates-shop' as ShopId;
    const other = 'templates-other' as ShopId;
    beforeEach(async () => {
      db = await open();
      for (const one of [shop, other]) await queries.putShop(db, one, settings, 1);
    });

    it('keeps one draft, counts its revisions, and refuses who saves over another’s', async () => {
      expect(await queries.draftOf(db, shop, key)).toBeNull();
      expect(await queries.saveDraft(db, shop, key, { words: words('a'), revision: 0, now: 1 })).toBe(1);
      expect(await queries.saveDraft(db, shop, key, { words: words('b'), revision: 0, now: 2 })).toBeNull();
      expect(await queries.saveDraft(db, shop, key, { words: words('c'), revision: 1, now: 3 })).toBe(2);
      expect(await queries.saveDraft(db, shop, key, { words: words('d'), revision: 1, now: 4 })).toBeNull();
      expect(await queries.draftOf(db, shop, key)).toMatchObject({
        document: 'c',
        preheader: 'p',
        revision: 2,
        changedAt: 3,
      });
      expect(await queries.draftOf(db, other, key)).toBeNull();
      expect(await queries.draftOf(db, shop, { ...key, language: 'ru' })).toBeNull();
    });

    it('publishes the draft that was read, which is over then, and not one that was saved since', async () => {
      await queries.saveDraft(db, shop, key, { words: words('a'), revision: 0, now: 1 });
      const first = edition(1, 'a');
      expect(await queries.publishDraft(db, shop, key, { edition: first, revision: 7 })).toBe(false);
      expect(await queries.editionsSent(db, shop, key.use)).toEqual([]);
      expect(await queries.publishDraft(db, shop, key, { edition: first, revision: 1 })).toBe(true);
      expect(await queries.draftOf(db, shop, key)).toMatchObject({ document: null, revision: 2 });
      expect(await queries.publishDraft(db, shop, key, { edition: edition(1, 'late'), revision: 2 })).toBe(false);
      expect(await queries.draftOf(db, shop, key)).toMatchObject({ revision: 2 });
      expect(await queries.saveDraft(db, shop, key, { words: words('b'), revision: 2, now: 9 })).toBe(3);
    });

    it('sends the newest edition of each language, and lists the others', async () => {
      for (const version of [1, 2]) expect(await queries.publishEdition(db, shop, key, edition(version))).toBe(true);
      expect(await queries.publishEdition(db, shop, key, edition(2))).toBe(false);
      await queries.publishEdition(db, shop, { ...key, language: 'ru' }, edition(1));
      const sent = await queries.editionsSent(db, shop, key.use);
      expect(sent.map(({ language, version, html }) => [language, version, html]).sort()).toEqual([
        ['en', 2, 'h2'],
        ['ru', 1, 'h1'],
      ]);
      expect((await queries.listEditions(db, shop, key)).map(({ version }) => version)).toEqual([2, 1]);
      expect(await queries.editionAt(db, shop, key, 1)).toMatchObject({ html: 'h1' });
      expect(await queries.editionAt(db, other, key, 1)).toBeNull();
      expect((await queries.templateStates(db, shop)).editions).toHaveLength(2);
    });

    it('keeps what was compiled again', async () => {
      await queries.publishEdition(db, shop, key, edition(1));
      const again = { html: 'new', text: 'n', compiledFor: '2' };
      await queries.keepCompiled(db, shop, { ...key, version: 1 }, again);
      expect(await queries.editionAt(db, shop, key, 1)).toMatchObject({ ...again, document: '{}' });
    });

    it('finds blocks that were stored before there were editions', async () => {
      const row = { shop, scenario: key.use, revision: 1, blocks: '[]', html: '', text: '', changedAt: 5 };
      await db.insert(templates).values(row);
      expect(await queries.firstBlocksOf(db, shop, key.use)).toEqual({ blocks: '[]', changedAt: 5 });
      expect(await queries.firstBlocksOf(db, other, key.use)).toBeNull();
    });
  });
}
