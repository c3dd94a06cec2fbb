// Every letter and why. The list is the database's; the steps of one letter are told by its Visitor.
import { letterById, listLetters } from '@winback/db';
import type { LetterDetail, PersonId } from '@winback/domain';
import { homeName, letterPageSchema, letterQuerySchema, letterSchema } from '@winback/domain';
import { Hono } from 'hono';
import { arrivalsOf, lastWord } from '../arrivals.ts';
import { answers, takes } from '../described.ts';
import { databaseOf } from '../env.ts';
import type { ShopEnv } from './access.ts';
import { refused } from './access.ts';

export const letters = new Hono<ShopEnv>()
  .get(
    '/letters',
    answers('Letters, newest first: sent or not, and why.', letterPageSchema),
    takes('query', letterQuerySchema),
    async (c) => {
      const db = databaseOf(c.env);
      const page = await listLetters(db, c.var.shop, c.req.valid('query'));
      const arrivals = await arrivalsOf(
        db,
        c.var.shop,
        page.rows.map(({ id }) => id),
      );
      const rows = page.rows.map((row) => ({ ...row, arrival: lastWord(arrivals.get(row.id) ?? []) }));
      return c.json({ ...page, rows });
    },
  )
  .get('/letters/:id', answers('One letter with each step of its life.', letterSchema), async (c) => {
    const letter = await letterById(databaseOf(c.env), c.var.shop, c.req.param('id'));
    if (!letter) return refused(c, 404, { code: 'no-such-letter', message: 'there is no such letter in this shop' });
    const home = letter.person ? c.env.VISITOR.getByName(homeName(c.var.shop, letter.person.id as PersonId)) : null;
    const steps = (await home?.story({ letter: letter.id })) ?? [];
    const arrivals = (await arrivalsOf(databaseOf(c.env), c.var.shop, [letter.id])).get(letter.id) ?? [];
    const told = arrivals.map(({ at, sentence }) => ({ at, sentence, state: letter.state, reason: null }));
    const body: LetterDetail = {
      ...letter,
      arrival: lastWord(arrivals),
      steps: [...steps.map(({ at, state, reason, sentence }) => ({ at, state, reason, sentence })), ...told],
    };
    return c.json(body);
  });
