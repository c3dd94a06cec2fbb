export { ask, askText, Failure, fileAt, sendFile } from './api.ts';
export { Change } from './change.svelte.ts';
export { Resource } from './resource.svelte.ts';
export { setShop, theShop } from './shop.ts';
