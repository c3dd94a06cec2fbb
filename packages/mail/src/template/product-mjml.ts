// Blocks of products to MJML: tables whose rows are opened and closed by Liquid, so that any number of products makes whole rows.
import type { Block, BlockKind } from '@winback/domain';
import type { Look } from './look.ts';
import { column, section, voiceOf } from './section.ts';
import { headingStyle } from './simple-mjml.ts';
import { textToHtml } from './words.ts';

type Of<Kind extends BlockKind> = Extract<Block, { kind: Kind }>;

/** One card in a grid. */
interface Grid {
  list: 'items' | 'picks';
  title: string;
  columns: number;
  count: number | null;
  button: string;
}

const anchor = 'text-decoration:none;color:inherit';

function titleOf(look: Look, title: string): string {
  return title === '' ? '' : `<h2 style="${headingStyle(look, 20)}">${textToHtml(title)}</h2>`;
}

function priceOf(one: string, size: number): string {
  return `<span style="font-size:${size}px"><strong>{{ ${one}.price }}</strong>{% if ${one}.oldPrice %} <s style="text-decoration:line-through">{{ ${one}.oldPrice }}</s>{% endif %}</span>`;
}

function pictureOf(look: Look, one: string, width: number, style: string): string {
  return `{% if ${one}.picture %}<a href="{{ ${one}.url }}" style="${anchor}"><img src="{{ ${one}.picture }}" alt="{{ ${one}.name }}" width="${width}" style="display:block;border:0;border-radius:${look.theme.corners}px;background:#ffffff;color:#33383d;font-size:12px;${style}"></a>{% endif %}`;
}

function smallButton(look: Look, one: string, words: string): string {
  if (words === '') return '';
  return `<div style="padding-top:10px"><a href="{{ ${one}.url }}" style="display:inline-block;padding:9px 16px;border-radius:${look.theme.corners}px;background:${look.accent};color:${look.accentInk};text-decoration:none;font-size:14px;font-weight:600" class="fill">${textToHtml(words)}</a></div>`;
}

/** What the letter is about, with the number of pieces. */
export function itemsOf(look: Look, block: Of<'items'>): string {
  const { color, cls } = voiceOf(look, block);
  const pieces = `{% if item.quantity > 1 %} · ${textToHtml(block.quantity)}: {{ item.quantity }}{% endif %}`;
  const price = priceOf('item', 15);
  const name = `<a href="{{ item.url }}" style="${anchor}">{{ item.name }}</a>`;
  const button = smallButton(look, 'item', block.button);
  const line = `border-bottom:1px solid ${look.line}`;
  const rows = {
    rows: `<tr><td width="96" valign="top" style="padding:12px 16px 12px 0">${pictureOf(look, 'item', 96, 'width:96px;height:auto')}</td><td valign="middle" style="padding:12px 0"><div style="font-weight:600">${name}</div><div style="padding-top:4px">${price}${pieces}</div>${button}</td></tr>`,
    big: `<tr><td align="${block.align ?? 'left'}" style="padding:8px 0 24px">${pictureOf(look, 'item', look.theme.width - 2 * look.side, 'width:100%;height:auto')}<div style="padding-top:14px;font-family:${look.headingFont};font-size:21px;line-height:1.3">${name}</div><div style="padding-top:6px">${price}${pieces}</div>${button}</td></tr>`,
    lines: `<tr><td valign="top" style="padding:10px 12px 10px 0;${line}">${name}${pieces}</td><td valign="top" align="right" style="padding:10px 0;white-space:nowrap;${line}">${price}</td></tr>`,
  }[block.look];
  const title =
    block.title === '' ? '' : `<tr><td colspan="2" style="padding:0 0 8px">${titleOf(look, block.title)}</td></tr>`;
  const table = `<mj-table css-class="${cls} line" color="${color}" font-family="${look.font}" font-size="16px" line-height="1.4" padding="0 ${look.side}px" role="presentation">{% if items.size > 0 %}${title}{% for item in items %}${rows}{% endfor %}{% endif %}</mj-table>`;
  return section(look, block, column(table), [4, 8]);
}

export function sourceProductsOf(look: Look, block: Of<'sourceProducts'>): string {
  return gridOf(look, block, { list: 'items', ...block });
}

export function picksOf(look: Look, block: Of<'picks'>): string {
  return gridOf(look, block, { list: 'picks', ...block });
}

/** Cards beside each other; four become two and two on a phone. */
function gridOf(look: Look, block: Of<'picks'> | Of<'sourceProducts'>, grid: Grid): string {
  const { list, columns, count, button } = grid;
  const { color, cls } = voiceOf(look, block);
  const align = block.align ?? 'left';
  const gap = look.theme.air === 'tight' ? 6 : 8;
  const width = Math.floor((look.theme.width - 2 * look.side) / columns) - gap;
  const size = columns === 1 ? 18 : columns === 2 ? 16 : 14;
  const card = `<td width="${Math.floor(100 / columns)}%" valign="top" align="${align}" style="padding:10px ${gap}px">${pictureOf(look, 'card', width, 'width:100%;height:auto')}<div style="padding-top:8px;font-size:${size}px;line-height:1.35"><a href="{{ card.url }}" style="${anchor}">{{ card.name }}</a></div><div style="padding-top:3px">${priceOf('card', size)}</div>${smallButton(look, 'card', button)}</td>`;
  const limit = count === null ? '' : ` limit: ${count}`;
  // A row that is not full keeps its cards as wide as the others are.
  const fill =
    columns === 1
      ? ''
      : `{% if forloop.last %}{% for gap in (place..${columns - 2}) %}<td></td>{% endfor %}{% endif %}`;
  const rows = `{% for card in ${list}${limit} %}{% assign place = forloop.index0 | modulo: ${columns} %}{% if place == 0 %}<tr>{% endif %}${card}${columns === 1 ? '' : `{% if place < ${columns - 1} %}${fill}{% endif %}`}{% if place == ${columns - 1} or forloop.last %}</tr>{% endif %}{% endfor %}`;
  const title =
    grid.title === ''
      ? ''
      : `<tr><td colspan="${columns}" align="${align}" style="padding:20px ${gap}px 4px">${titleOf(look, grid.title)}</td></tr>`;
  const table = `<mj-table css-class="${cls}${columns === 4 ? ' pairs' : ''}" color="${color}" font-family="${look.font}" font-size="14px" table-layout="fixed" padding="0 ${look.side - gap}px" role="presentation">{% if ${list}.size > 0 %}${title}${rows}{% endif %}</mj-table>`;
  return section(look, block, column(table), [0, 16]);
}
