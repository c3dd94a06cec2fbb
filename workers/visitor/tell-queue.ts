import { visitorNameParts } from '@winback/domain';
import type { Env } from '../env.ts';
import { said } from '../said.ts';
import type { LetterRow } from './letter-row.ts';

/** The queue is a hint: when it cannot be told now, the ledger's alarm tells it later. */
export async function tellQueue(env: Env, visitor: string, letters: readonly LetterRow[]): Promise<void> {
  const { shop } = visitorNameParts(visitor);
  for (const { id } of letters) {
    try {
      await env.LETTERS.send({ shop, visitor, letter: id });
    } catch (error) {
      console.warn('a letter waits for the next sweep', { letter: id, error: said(error) });
    }
  }
}
