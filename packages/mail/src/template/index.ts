export type { CheckedTemplate } from '../check/index.ts';
export { checkTemplate } from '../check/index.ts';
export { compilerMark, compileTemplate } from './compile.ts';
export { builtInDocument, designDocument, templateDesigns } from './designs.ts';
export type { Brand } from './look.ts';
export { isFirstDefault, readStoredTemplate } from './stored.ts';
