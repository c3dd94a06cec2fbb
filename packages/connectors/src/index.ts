// Payloads of other platforms in, words of the house out. Pure: nothing is fetched, stored or believed here; who signed a
// payload and whether its events fit is asked at the door.
export type { Heard, OrderWord } from './heard.ts';
export { eventsOfSegment } from './segment.ts';
export { eventsOfShopify } from './shopify.ts';
export { eventsOfWooCommerce } from './woocommerce.ts';
