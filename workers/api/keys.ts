// How a shop's own systems say who they are: its public ids, and the secret keys of its servers.
import type { Database, ShopKey } from '@winback/db';
import { legacyIdOf, listKeys, makeKey, putKey, revokeKey, writeLegacyId } from '@winback/db';
import type { ErrorBody, Key, KeyList, Role, ShopId } from '@winback/domain';
import {
  keyAdoptedSchema,
  keyAdoptSchema,
  keyListSchema,
  keyMadeSchema,
  keyMakeSchema,
  keyRevokedSchema,
  legacyIdPatchSchema,
  legacyIdSchema,
} from '@winback/domain';
import { Hono } from 'hono';
import { answers, takes } from '../described.ts';
import { databaseOf } from '../env.ts';
import type { ShopEnv } from './access.ts';
import { refused } from './access.ts';

/** More than this in use at once is a mistake, or somebody's script. */
const maxInUse = 20;

const noSuchKey: ErrorBody = { code: 'no-such-key', message: 'there is no such key in this shop' };
const revokedKey: ErrorBody = { code: 'revoked', message: 'this key is revoked already: make a new one' };
const tooMany: ErrorBody = {
  code: 'too-many-keys',
  message: `at most ${maxInUse} keys are in use at once: revoke those that nothing uses any more`,
};

export const keys = new Hono<ShopEnv>()
  .get('/keys', answers('The shop’s public ids and its secret keys, newest first.', keyListSchema), async (c) => {
    const db = databaseOf(c.env);
    const { shop, role } = c.var;
    const [legacyId, rows] = await Promise.all([legacyIdOf(db, shop), listKeys(db, shop)]);
    const body: KeyList = { shop, legacyId: legacyId ?? '', keys: rows.map((row) => shownKey(row, role)) };
    return c.json(body);
  })
  .post(
    '/keys',
    answers('Makes a key. Its secret is shown this once.', keyMadeSchema),
    takes('json', keyMakeSchema),
    async (c) => {
      const { shop, role } = c.var;
      const db = databaseOf(c.env);
      if ((await inUse(db, shop)).length >= maxInUse) return refused(c, 409, tooMany);
      const { secret, ...key } = await makeKey(db, shop, { name: c.req.valid('json').name, now: Date.now() });
      return c.json({ key: shownKey(key, role), secret });
    },
  )
  .post(
    '/keys/adopt',
    answers('Takes a secret that the shop’s systems use already.', keyAdoptedSchema),
    takes('json', keyAdoptSchema),
    async (c) => {
      const { shop, role } = c.var;
      const db = databaseOf(c.env);
      if ((await inUse(db, shop)).length >= maxInUse) return refused(c, 409, tooMany);
      const key = await putKey(db, shop, { ...c.req.valid('json'), now: Date.now() });
      if (!key)
        return refused(c, 409, {
          code: 'taken',
          message:
            'this secret is known here already and cannot be taken: make a new key and write it into your system',
        });
      return c.json({ key: shownKey(key, role) });
    },
  )
  .post(
    '/keys/:id/rotate',
    answers('Makes a key in the place of another, which works on until it is revoked.', keyMadeSchema),
    async (c) => {
      const { shop, role } = c.var;
      const db = databaseOf(c.env);
      const all = await listKeys(db, shop);
      const old = all.find((key) => key.id === c.req.param('id'));
      if (!old) return refused(c, 404, noSuchKey);
      if (old.revokedAt !== null) return refused(c, 409, revokedKey);
      if (all.filter(isInUse).length >= maxInUse) return refused(c, 409, tooMany);
      const { secret, ...key } = await makeKey(db, shop, { name: old.name, now: Date.now() });
      return c.json({ key: shownKey(key, role), secret });
    },
  )
  .post('/keys/:id/revoke', answers('Ends a key at once.', keyRevokedSchema), async (c) => {
    const { shop } = c.var;
    const db = databaseOf(c.env);
    const id = c.req.param('id');
    const known = (await listKeys(db, shop)).some((key) => key.id === id);
    if (!known) return refused(c, 404, noSuchKey);
    return c.json(await revokeKey(db, shop, id, Date.now()));
  })
  .patch(
    '/keys/legacy',
    answers('Gives the shop the id that it had at PersonaClick.', legacyIdSchema),
    takes('json', legacyIdPatchSchema),
    async (c) => {
      const { legacyId } = c.req.valid('json');
      const taken = await writeLegacyId(databaseOf(c.env), c.var.shop, legacyId);
      if (!taken)
        return refused(c, 409, { code: 'taken', message: 'another shop here has this id: look whether it is yours' });
      return c.json({ legacyId });
    },
  );

function shownKey({ id, name, hint, createdAt, revokedAt }: ShopKey, role: Role): Key {
  return { id, name, hint: role === 'viewer' ? null : hint, createdAt, revokedAt };
}

async function inUse(db: Database, shop: ShopId): Promise<ShopKey[]> {
  return (await listKeys(db, shop)).filter(isInUse);
}

function isInUse({ revokedAt }: ShopKey): boolean {
  return revokedAt === null;
}
