// Where a visit comes from and what it is made with. Pure: addresses in, words out.
export type { DeviceClass } from './device-class.ts';
export { deviceClassOf } from './device-class.ts';
export type { Source, SourceHosts } from './source.ts';
export { sourceOf } from './source.ts';
