// What all blocks share: the paper they lie on, the air around them, the colour of their words.
import type { Block } from '@winback/domain';
import { inkOn } from './colours.ts';
import type { Look } from './look.ts';
import { colourOf, darkClass } from './look.ts';

type Styled = Pick<Block, 'align' | 'background' | 'color' | 'paddingTop' | 'paddingBottom'>;

/** One row of the letter. `air` is what is above and below it, in px, unless the block says otherwise. */
export function section(
  look: Look,
  block: Styled,
  inner: string,
  air: readonly [above: number, below: number],
): string {
  const own = block.background ? ` background-color="${colourOf(look, block.background)}"` : ` css-class="sheet"`;
  const [above, below] = air.map((px) => Math.round(px * look.air));
  const padding = `padding="${block.paddingTop ?? above}px 0 ${block.paddingBottom ?? below}px"`;
  return `<mj-section${own} ${padding}>${inner}</mj-section>`;
}

export function column(inner: string): string {
  return `<mj-column>${inner}</mj-column>`;
}

/** The colour of a block's words, and the class by which it changes in the dark. */
export function voiceOf(look: Look, block: Styled, role: 'ink' | 'mute' = 'ink'): { color: string; cls: string } {
  if (block.background) {
    const ground = colourOf(look, block.background);
    return { color: block.color ? colourOf(look, block.color) : inkOn(ground), cls: 'own' };
  }
  if (block.color) {
    const color = colourOf(look, block.color);
    return { color, cls: darkClass(color) };
  }
  return { color: look[role], cls: role };
}

/** Colours of words that stand on the letter's paper: each needs a lighter one in the dark. */
export function ownColours(look: Look, blocks: readonly Block[]): string[] {
  const all: readonly Styled[] = blocks.flatMap((block): Styled[] =>
    block.kind === 'columns' ? [block, ...block.columns.flatMap((one) => one.blocks)] : [block],
  );
  const own = all.flatMap((block) => (block.color && !block.background ? [colourOf(look, block.color)] : []));
  return [...new Set(own)];
}
