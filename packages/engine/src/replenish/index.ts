// Who buys what again, and when.
//
//   each order      withPurchase      four numbers of shopper and product, and of the shopper
//   each night      habitOf, shopHabitsOf, rhythmOf; then thresholdOf over chancesOf the pairs
//   each decision   replenishVerdict  go | wait until | no because
//   of a person     suppliesOf        what they have of what is bought again, and when it runs out
export type { Habits } from './chance.ts';
export { buyChance } from './chance.ts';
export type { ProductHabit, ShopHabits } from './habits.ts';
export { habitOf, shopHabitsOf } from './habits.ts';
export type { Purchases } from './purchases.ts';
export { hasReturned, withPurchase } from './purchases.ts';
export type { Pair } from './rate.ts';
export type { Rhythm } from './rhythm.ts';
export { mildRhythm, rhythmOf } from './rhythm.ts';
export type { Bought, Learnt, Supply } from './supplies.ts';
export { chancesOf, suppliesOf, thresholdOf } from './supplies.ts';
export type { ReplenishAsked, ReplenishVerdict } from './verdict.ts';
export { dueAt, isPeriodic, leastChance, replenishVerdict } from './verdict.ts';
