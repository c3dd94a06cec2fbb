// Lift: what letters bring, by those who got none. The façade; neighbours import nothing else.
export type { Group, Interval, Lift } from './lift.ts';
export { differenceOfRates, liftOf, summedEffects } from './lift.ts';
