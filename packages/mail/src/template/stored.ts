// Templates as they were stored before documents had a version: a bare list of blocks without ids. Each is read as the same letter.
import type { StandardDocument, TemplateDocument, TemplateLanguage, TemplateUse } from '@winback/domain';
import { standardDocumentSchema, templateDocumentSchema } from '@winback/domain';
import { z } from 'zod';
import { copyOf } from './copy.ts';

const words = z.string();
const firstBlocks = z.array(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('heading'), text: words }),
    z.object({ kind: z.literal('text'), text: words }),
    z.object({ kind: z.literal('items'), quantity: words }),
    z.object({ kind: z.literal('rating'), title: words }),
    z.object({ kind: z.literal('button'), text: words, to: z.enum(['cart', 'shop']).default('cart') }),
    z.object({ kind: z.literal('picks'), title: words }),
    z.object({ kind: z.literal('footer'), reason: words, unsubscribe: words }),
    z.object({ kind: z.literal('confirm'), text: words }),
    z.object({ kind: z.literal('imprint'), reason: words }),
  ]),
);

/** What is stored, as a document of today. Throws where it is neither a document nor a list of blocks. */
export function readStoredTemplate(json: string): TemplateDocument {
  const stored: unknown = JSON.parse(json);
  return Array.isArray(stored) ? upgraded(firstBlocks.parse(stored)) : templateDocumentSchema.parse(stored);
}

function upgraded(blocks: z.infer<typeof firstBlocks>): StandardDocument {
  const own = blocks.map((block, at): z.input<typeof standardDocumentSchema>['blocks'][number] => {
    const id = `b${at + 1}`;
    if (block.kind === 'text') return { id, kind: 'text', html: `<p>${asText(block.text)}</p>` };
    return { id, ...block };
  });
  // The logo stood above each letter by itself.
  const header = { id: 'header', kind: 'header' } as const satisfies z.input<
    typeof standardDocumentSchema
  >['blocks'][number];
  return standardDocumentSchema.parse({ version: 1, mode: 'standard', blocks: [header, ...own] });
}

function asText(text: string): string {
  return text
    .split(/(\{\{.*?\}\}|\{%.*?%\})/s)
    .map((part, at) =>
      at % 2 === 1 ? part : part.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    )
    .join('');
}

/** Whether stored blocks are what a new shop was given then: nobody wrote them, and today's letter takes their place. */
export function isFirstDefault(json: string, use: TemplateUse, language: TemplateLanguage): boolean {
  const stored = firstBlocks.safeParse(JSON.parse(json));
  return stored.success && comparable(stored.data) === comparable(firstBlocks.parse(firstDefault(use, language)));
}

/** What we said then, and what we say now. */
const reworded = [
  ['Others also looked at', 'You may also like'],
  ['Другие смотрят ещё и это', 'Вам может понравиться'],
  ['ждали там этот товар, положили его', 'ждали там этот товар либо положили его'],
] as const;

/** A Thank You had no stars at first. */
function comparable(blocks: z.infer<typeof firstBlocks>): string {
  const json = JSON.stringify(blocks.filter(({ kind }) => kind !== 'rating'));
  return reworded.reduce((all, [then, now]) => all.replaceAll(then, now), json);
}

function firstDefault(use: TemplateUse, language: TemplateLanguage): z.input<typeof firstBlocks> {
  const copy = copyOf(use, language);
  const heading = { kind: 'heading', text: copy.heading } as const;
  const text = { kind: 'text', text: copy.text } as const;
  const { reason } = copy;
  if (copy.kind === 'confirm') {
    const confirm = { kind: 'confirm', text: copy.button } as const;
    return [heading, text, confirm, { kind: 'text', text: copy.otherwise }, { kind: 'imprint', reason }];
  }
  const { quantity, unsubscribe } = copy;
  const button = { kind: 'button', text: copy.button, to: copy.to } as const;
  const picks = { kind: 'picks', title: copy.picks } as const;
  const middle = copy.hasItems ? [{ kind: 'items', quantity } as const, button, picks] : [picks, button];
  return [heading, text, ...middle, { kind: 'footer', reason, unsubscribe }];
}
