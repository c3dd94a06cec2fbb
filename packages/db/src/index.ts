// Every query, one file per noun. The shop is the second argument of each: no query sees two tenants.
export type { Database } from './database.ts';
export { openD1, openLibsql } from './database.ts';
export * from './erasures.ts';
export * from './feeds.ts';
export * from './keys.ts';
export * from './letters.ts';
export * from './orders.ts';
export * from './parked.ts';
export * from './products.ts';
export * from './recommendations.ts';
export * from './shops.ts';
export * from './subscribers.ts';
export * from './suppressions.ts';
export * from './templates.ts';
export * from './watches.ts';
