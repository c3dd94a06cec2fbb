// The shop that the pages below `/[shop]` are about.

import type { Shop } from '@winback/domain';
import { getContext, setContext } from 'svelte';

const key = Symbol('shop');

export function setShop(shop: () => Shop): void {
  setContext(key, shop);
}

/** The shop of this page, as a function: settings may change while the page is open. */
export function theShop(): () => Shop {
  return getContext<() => Shop>(key);
}
