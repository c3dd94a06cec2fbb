// Orders as several systems tell of them.
export type { ToldOrder } from './twins.ts';
export { twinsAmong, twinWithinMs } from './twins.ts';
