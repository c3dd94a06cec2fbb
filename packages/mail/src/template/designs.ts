// The template store: what letters can look like. A design is a theme and an arrangement of words and blocks, so that each of them has
// a letter for every use in every language. The first is what a new shop starts with.
import type { Block, StandardDocument, TemplateDesign, TemplateLanguage, TemplateUse } from '@winback/domain';
import { standardDocumentSchema, templateUses } from '@winback/domain';
import type { z } from 'zod';
import { arrangements } from './arrangements.ts';
import type { ConfirmCopy, ProductCopy } from './copy.ts';
import { copyOf } from './copy.ts';

type DraftBlock = z.input<typeof standardDocumentSchema>['blocks'][number];
/** A block before it has an id. */
export type Piece = DraftBlock extends infer One ? (One extends DraftBlock ? Omit<One, 'id'> : never) : never;

export interface Design {
  name: string;
  words: string;
  theme: z.input<typeof standardDocumentSchema>['theme'];
  products: (copy: ProductCopy) => Piece[];
  confirm: (copy: ConfirmCopy) => Piece[];
}

const byId: Record<string, Design> = arrangements;

/** What can be installed. */
export function templateDesigns(): TemplateDesign[] {
  return Object.entries(byId).map(([id, { name, words }]) => ({ id, name, words, uses: [...templateUses] }));
}

/** A design's letter for one use; null: there is no such design. */
export function designDocument(id: string, use: TemplateUse, language: TemplateLanguage): StandardDocument | null {
  const design = Object.hasOwn(byId, id) ? byId[id] : undefined;
  if (!design) return null;
  const copy = copyOf(use, language);
  const pieces = copy.kind === 'confirm' ? design.confirm(copy) : design.products(copy);
  const counts = new Map<Block['kind'], number>();
  const blocks = pieces.map((piece) => {
    const count = (counts.get(piece.kind) ?? 0) + 1;
    counts.set(piece.kind, count);
    return { ...piece, id: `${piece.kind}-${count}` };
  });
  return standardDocumentSchema.parse({ version: 1, mode: 'standard', theme: design.theme, blocks });
}

/** The letter that a new shop starts with. */
export function builtInDocument(use: TemplateUse, language: TemplateLanguage): StandardDocument {
  const document = designDocument('classic', use, language);
  if (!document) throw new Error('the first design is missing');
  return document;
}
