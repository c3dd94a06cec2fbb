export type { Block } from './blocks.ts';
export { blocksSchema, defaultBlocks } from './blocks.ts';
export type { Brand } from './compile.ts';
export { compileTemplate } from './compile.ts';
