// What is wrong with the blocks of a template in standard mode.
import type { Block, ColumnBlock, StandardDocument, TemplateProblem, TemplateUse } from '@winback/domain';
import { contrastOf } from '../template/colours.ts';
import type { Brand, Look } from '../template/look.ts';
import { colourOf, darkSheet, lookOf } from '../template/look.ts';
import { voiceOf } from '../template/section.ts';
import { checkHtml, ofLink, ofPictureAddress } from './html.ts';
import type { Piece } from './liquid.ts';
import { alwaysEmpty } from './liquid.ts';
import { stop, warn, wholeLetter } from './problem.ts';

type AnyBlock = Block | ColumnBlock;

/** All blocks, those in columns too. */
function blocksIn({ blocks }: StandardDocument): AnyBlock[] {
  return blocks.flatMap((block): AnyBlock[] =>
    block.kind === 'columns' ? [block, ...block.columns.flatMap((column) => column.blocks)] : [block],
  );
}

/** Pieces of Liquid in the fields of blocks. */
export function piecesOf(document: StandardDocument): Piece[] {
  return blocksIn(document).flatMap((block) => [
    ...Object.entries(block).flatMap(([field, value]): Piece[] =>
      typeof value === 'string' && field !== 'id' && field !== 'kind'
        ? [{ source: value, at: () => ({ in: 'block', block: block.id, field }) }]
        : [],
    ),
    ...(block.kind === 'social'
      ? block.links.map(
          ({ url }): Piece => ({ source: url, at: () => ({ in: 'block', block: block.id, field: 'links' }) }),
        )
      : []),
  ]);
}

export function checkBlocks(document: StandardDocument, use: TemplateUse, brand: Brand): TemplateProblem[] {
  const look = lookOf(document.theme, brand);
  return [
    ...ofTheme(look),
    ...blocksIn(document).flatMap((block) => [
      ...ofBlock(block, look),
      ...ofData(block, use),
      ...ofColours(block, look),
    ]),
  ];
}

function ofTheme({ ink, sheet }: Look): TemplateProblem[] {
  return contrastOf(ink, sheet) < 4.5
    ? [warn('contrast', `words in ${ink} on paper in ${sheet} can hardly be read`, wholeLetter)]
    : [];
}

function ofBlock(block: AnyBlock, look: Look): TemplateProblem[] {
  const at = (field: string) => ({ in: 'block', block: block.id, field }) as const;
  switch (block.kind) {
    case 'image':
      return [
        ...(block.alt.trim() === ''
          ? [warn('alt', 'this picture says nothing to those who do not see it: describe it in a few words', at('alt'))]
          : []),
        ...ofPictureAddress(block.src.trim(), at('src')),
        ...ofLink(block.href, at('href'), false),
      ];
    case 'button':
      if (block.to === 'link' && block.href.trim() === '')
        return [stop('link', 'this button leads nowhere: give it an address', at('href'))];
      return block.to === 'link' ? ofLink(block.href, at('href')) : [];
    case 'text':
      return [...block.html.matchAll(/<a\b[^>]*\shref\s*=\s*"([^"]*)"/gi)].flatMap(([, href]) =>
        ofLink(href, at('html')),
      );
    case 'social':
      return block.links.flatMap(({ url }) => ofLink(url, at('links'), false));
    case 'html':
      return checkHtml({ html: block.html, grounds: { light: look.sheet, dark: darkSheet }, at: () => at('html') });
    default:
      return [];
  }
}

/** Blocks that would always be empty in such a letter. */
function ofData(block: AnyBlock, use: TemplateUse): TemplateProblem[] {
  const list = { items: 'items', sourceProducts: 'items', rating: 'rate_1_url' } as const;
  const name =
    block.kind === 'items' || block.kind === 'sourceProducts' || block.kind === 'rating' ? list[block.kind] : null;
  const empty = name === null ? null : alwaysEmpty(use, name);
  return empty
    ? [warn('no-data', `this block is always empty here: ${empty}`, { in: 'block', block: block.id, field: null })]
    : [];
}

function ofColours(block: AnyBlock, look: Look): TemplateProblem[] {
  if (!block.color || block.kind === 'divider' || block.kind === 'spacer' || block.kind === 'image') return [];
  const { color } = voiceOf(look, block);
  const ground = block.background ? colourOf(look, block.background) : look.sheet;
  return contrastOf(color, ground) < 3
    ? [warn('contrast', `${color} on ${ground} can hardly be read`, { in: 'block', block: block.id, field: 'color' })]
    : [];
}
