// Every query, one file per noun. The shop is the second argument of each: no query sees two tenants.
export * from './asked-imports.ts';
export {
  arrivalsOf,
  dropOldArrivals,
  noteArrivals,
  ordersSince,
  putOrderLetters,
  revenueByScenario,
} from './attribution.ts';
export * from './audience.ts';
export * from './catalogue.ts';
export * from './collections.ts';
export * from './confirmations.ts';
export * from './connections.ts';
export * from './consent-changes.ts';
export type { Database } from './database.ts';
export { openD1, openLibsql } from './database.ts';
export * from './erasures.ts';
export * from './facts.ts';
export * from './feed-access.ts';
export * from './feeds.ts';
export * from './foresight.ts';
export type { ImportPlace } from './import-place.ts';
export * from './import-steps.ts';
export * from './keys.ts';
export * from './kinds.ts';
export * from './letter-categories.ts';
export * from './letter-returns.ts';
export * from './letter-touches.ts';
export * from './letter-wishes.ts';
export * from './letters.ts';
export * from './lifts.ts';
export * from './orders.ts';
export * from './parked.ts';
export * from './past.ts';
export * from './person-kept.ts';
export type { Place } from './places.ts';
export { placeNames, putPlaces } from './places.ts';
export { categoryPaths, productFacets } from './product-facets.ts';
export { listProducts } from './product-list.ts';
export * from './product-page.ts';
export * from './product-pictures.ts';
export { wishProducts } from './product-wishes.ts';
export * from './products.ts';
export * from './ratings.ts';
export * from './readers.ts';
export * from './recommendations.ts';
export * from './renames.ts';
export * from './replenishment.ts';
export * from './resubscriptions.ts';
export * from './return-secrets.ts';
export * from './scenario-counts.ts';
export * from './scenario-worth.ts';
export * from './segments.ts';
export * from './senders.ts';
export * from './sending-pauses.ts';
export * from './shops.ts';
export * from './simulations.ts';
export type { OfferContent, OfferPart, StagedOffer } from './staged.ts';
export { offersUnlike, partOf, rowText } from './staged.ts';
export * from './subscribers.ts';
export * from './suppressions.ts';
export * from './templates.ts';
export * from './touches.ts';
export * from './waiting-letters.ts';
export * from './watches.ts';
