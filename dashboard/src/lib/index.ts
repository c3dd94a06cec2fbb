export { ask, askText, Failure, fileAt } from './api.ts';
export { Resource } from './resource.svelte.ts';
export { setShop, theShop } from './shop.ts';
