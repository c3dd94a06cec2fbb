// Attribution: which letter an order is counted for. The façade; neighbours import nothing else.
export type { Arrival, Attributed, Bought } from './attribution.ts';
export { attributed, attributionWindowMs } from './attribution.ts';
