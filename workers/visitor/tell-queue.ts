import { visitorNameParts } from '@winback/domain';
import type { Env } from '../env.ts';
import { said } from '../said.ts';
import type { Brief } from './answers.ts';
import type { LetterRow } from './letter-row.ts';

/** The queue is a hint: when it cannot be told now, the ledger's alarm tells it later. The brief goes along, to save a question. */
export async function tellQueue(
  env: Env,
  visitor: string,
  letters: readonly LetterRow[],
  briefFor: (letter: LetterRow) => Brief,
): Promise<void> {
  const { shop } = visitorNameParts(visitor);
  for (const letter of letters) {
    try {
      await env.LETTERS.send({ shop, visitor, letter: letter.id, brief: briefFor(letter) });
    } catch (error) {
      console.warn('a letter waits for the next sweep', { letter: letter.id, error: said(error) });
    }
  }
}
