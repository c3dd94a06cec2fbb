// Who belongs to which group of buyers.
export type { AbcSegment, Spender } from './abc.ts';
export { abcOf } from './abc.ts';
