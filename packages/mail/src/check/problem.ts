import type { TemplateProblem, TemplateProblemCode } from '@winback/domain';

export type Place = TemplateProblem['at'];
export const wholeLetter: Place = { in: 'letter' };

export function warn(code: TemplateProblemCode, words: string, at: Place): TemplateProblem {
  return { code, level: 'warn', words, at };
}

export function stop(code: TemplateProblemCode, words: string, at: Place): TemplateProblem {
  return { code, level: 'stop', words, at };
}

/** Where an index of a source is, counted from 1. */
export function placeIn(source: string, index: number): Place {
  const before = source.slice(0, index).split('\n');
  return { in: 'source', line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
