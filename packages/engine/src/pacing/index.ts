export type { Heard, Pacing, Pass } from './pacing.ts';
export { heard, isFree, mended, newPacing, pass } from './pacing.ts';
export type { WarmUp } from './warm-up.ts';
export { dailyCap, isOver, newWarmUp, warmUpDays } from './warm-up.ts';
