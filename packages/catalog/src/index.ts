export type {
  FeedCategory,
  FeedCollection,
  FeedCounts,
  FeedFormat,
  FeedItem,
  Offer,
  OfferAtLocation,
  Param,
  RefusalReason,
  Verdict,
} from './feed-item.ts';
export { FeedRefused } from './feed-item.ts';
export { offerOfItem } from './item.ts';
export type { Niche } from './niche.ts';
export type { Complaint } from './notes.ts';
export type { ReadOffer } from './offer-of.ts';
export type { FeedHints } from './read-feed.ts';
export { readFeed } from './read-feed.ts';
