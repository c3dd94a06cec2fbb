// What the API answers to the dashboard and to shops: one file per noun, the same schemas validate, document and type.
export * from './connections.ts';
export * from './data-requests.ts';
export * from './erasures.ts';
export * from './feed.ts';
export * from './install.ts';
export * from './keys.ts';
export * from './letters.ts';
export * from './lists.ts';
export * from './orders.ts';
export * from './parked.ts';
export * from './product.ts';
export * from './products.ts';
export * from './returns.ts';
export * from './shops.ts';
export * from './storefront.ts';
export * from './subscribers.ts';
export * from './today.ts';
