// A document to HTML with Liquid in it, once when it is saved; the text part beside it. MJML writes the tables that Outlook wants; no
// tree builder touches the Liquid, and what a merchant typed as HTML is in the letter as it was typed.
/// <reference path="./mjml-browser.d.ts" />
import type { AdvancedDocument, Block, StandardDocument, TemplateDocument } from '@winback/domain';
import mjml from 'mjml-browser';
import { TemplateError } from '../liquid.ts';
import type { CompiledTemplate } from '../render.ts';
import { textOf } from './block-text.ts';
import { confirmOf, footerOf, imprintOf, ratingOf } from './closing-mjml.ts';
import { htmlToText } from './html-text.ts';
import type { Brand, Look } from './look.ts';
import { colourOf, lookOf, styleOf } from './look.ts';
import { itemsOf, picksOf, sourceProductsOf } from './product-mjml.ts';
import { column, ownColours, section } from './section.ts';
import { airOf, columnsOf, couponOf, dividerOf, headerOf, partOf, socialOf } from './simple-mjml.ts';

/** What the compiler makes of one document changes with this: what was compiled by another is compiled again. */
export const compilerMark = '1';

/** Compiles a template. Throws a {@link TemplateError} with MJML's own words where it cannot be written. */
export function compileTemplate(document: TemplateDocument, brand: Brand): Promise<CompiledTemplate> {
  return document.mode === 'standard' ? standard(document, brand) : advanced(document);
}

async function standard(document: StandardDocument, brand: Brand): Promise<CompiledTemplate> {
  const look = lookOf(document.theme, brand);
  const raws: string[] = [];
  const html = tidy(await htmlOf(mjmlOf(look, document.blocks, (raw) => `⟦${raws.push(raw) - 1}⟧`)));
  return {
    html: html.replace(/⟦(\d+)⟧/g, (_, at: string) => raws[Number(at)] ?? ''),
    text: document.blocks.map(textOf).filter(Boolean).join('\n\n'),
  };
}

async function advanced({ language, source, text }: AdvancedDocument): Promise<CompiledTemplate> {
  const html = language === 'html' ? source : tidy(await htmlOf(source));
  return { html, text: text ?? htmlToText(html) };
}

async function htmlOf(source: string): Promise<string> {
  try {
    // No font is fetched: readers’ machines must not tell anybody that they opened a letter.
    const { html, errors } = await mjml(source, { validationLevel: 'soft', minify: false, fonts: {} });
    const [first] = errors;
    if (first) throw new TemplateError(wordsOf(first), { line: first.line, column: 1, isLimit: false });
    return html;
  } catch (error) {
    if (error instanceof TemplateError) throw error;
    const words = error instanceof Error ? error.message : String(error);
    throw new TemplateError(words, { line: null, column: null, isLimit: false, cause: error });
  }
}

function wordsOf({ tagName, formattedMessage }: { tagName: string; formattedMessage: string }): string {
  return formattedMessage.replace(/^Line \d+ of .*?\(.*?\) — /, `${tagName}: `);
}

/** Mail programs show what follows the preheader, unless something invisible does. */
const filler = '&#847;&zwnj;&nbsp;'.repeat(40);

function mjmlOf(look: Look, blocks: readonly Block[], aside: (raw: string) => string): string {
  return `<mjml lang="{{ shop.language }}">
<mj-head>
  <mj-title>{{ shop.name }}</mj-title>
  <mj-preview>{{ preheader }}${filler}</mj-preview>
  <mj-attributes>
    <mj-all font-family="${look.font}" />
    <mj-text color="${look.ink}" font-size="16px" line-height="1.5" padding="0" />
    <mj-section padding="0" />
    <mj-column padding="0" />
    <mj-image padding="0" />
  </mj-attributes>
  <mj-raw><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"></mj-raw>
  <mj-style>${styleOf(look, ownColours(look, blocks))}</mj-style>
</mj-head>
<mj-body background-color="${look.ground}" width="${look.theme.width}px" css-class="ground">
  <mj-section><mj-column><mj-spacer height="16px" /></mj-column></mj-section>
  ${sheetsOf(look, blocks, aside).join('\n')}
</mj-body>
</mjml>`;
}

/** Blocks lie on paper, small print on the ground below it. */
function sheetsOf(look: Look, blocks: readonly Block[], aside: (raw: string) => string): string[] {
  const out: string[] = [];
  let sheet: string[] = [];
  const lay = () => {
    if (sheet.length > 0) out.push(`<mj-wrapper ${paperOf(look)}>${sheet.join('\n')}</mj-wrapper>`);
    sheet = [];
  };
  for (const block of blocks) {
    if (block.kind === 'footer' || block.kind === 'imprint') {
      lay();
      out.push(block.kind === 'footer' ? footerOf(look, block) : imprintOf(look, block));
    } else sheet.push(blockOf(look, block, aside));
  }
  lay();
  return out;
}

function paperOf(look: Look): string {
  const { frame, corners } = look.theme;
  const frames = {
    none: '',
    line: ` border="1px solid ${look.line}"`,
    dashed: ` border="2px dashed ${look.line}"`,
    bar: ` border-top="6px solid ${look.accent}"`,
  }[frame];
  const radius = frame === 'bar' ? 0 : corners;
  return `css-class="sheet" background-color="${look.sheet}" padding="0 0 8px" border-radius="${radius}px"${frames}`;
}

function blockOf(
  look: Look,
  block: Exclude<Block, { kind: 'footer' | 'imprint' }>,
  aside: (raw: string) => string,
): string {
  switch (block.kind) {
    case 'heading':
    case 'text':
    case 'image':
    case 'button':
    case 'spacer':
      return section(look, block, column(partOf(look, block, look.side)), airAround(block));
    case 'header':
      return headerOf(look, block);
    case 'items':
      return itemsOf(look, block);
    case 'sourceProducts':
      return sourceProductsOf(look, block);
    case 'picks':
      return picksOf(look, block);
    case 'coupon':
      return couponOf(look, block);
    case 'divider':
      return dividerOf(look, block);
    case 'social':
      return socialOf(look, block);
    case 'rating':
      return ratingOf(look, block);
    case 'columns':
      return columnsOf(look, block);
    case 'confirm':
      return confirmOf(look, block);
    case 'html': {
      const color = block.color ? ` color="${colourOf(look, block.color)}"` : '';
      const raw = `<mj-text css-class="ink"${color} align="${block.align ?? 'left'}" padding="0 ${look.side}px">${aside(block.html)}</mj-text>`;
      return section(look, block, column(raw), [4, 8]);
    }
  }
}

/** A picture from edge to edge has no air; a ground of its own needs some on both sides. */
function airAround(block: Extract<Block, { kind: keyof typeof airOf }>): readonly [number, number] {
  if (block.kind === 'image' && block.bleed) return [0, 0];
  const [above, below] = airOf[block.kind];
  return block.background && block.kind !== 'spacer' ? [Math.max(above, 16), Math.max(below, 16)] : [above, below];
}

/** Whitespace between tags says nothing and costs bytes: Gmail cuts letters at about 100 KB. */
function tidy(html: string): string {
  return html.replace(/>\s*\n\s*</g, '>\n<').replace(/[ \t]{2,}/g, ' ');
}
