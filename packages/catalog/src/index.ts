export type { FeedCategory, FeedItem, Offer } from './feed-item.ts';
export { FeedRefused } from './feed-item.ts';
export type { Complaint, RawOffer, ReadOffer } from './offer-of.ts';
export { offerOf } from './offer-of.ts';
export type { ReadOptions } from './read-yml.ts';
export { readYml } from './read-yml.ts';
