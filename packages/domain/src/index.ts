// The words of the house. Nothing here does I/O; everything here may be imported by anyone.
export * from './api/index.ts';
export * from './assert-never.ts';
export * from './beacon.ts';
export * from './category-tree.ts';
export * from './email-address.ts';
export * from './ids.ts';
export * from './letter.ts';
export * from './money.ts';
export * from './problem.ts';
export * from './recommendation.ts';
export * from './result.ts';
export * from './scenario.ts';
export * from './server-event.ts';
export * from './shop.ts';
export * from './subscription-form.ts';
export * from './traffic.ts';
export * from './visitor.ts';
