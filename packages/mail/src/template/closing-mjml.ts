// Blocks that end a letter, or ask for the one thing to do in it, to MJML.
import type { Block, BlockKind } from '@winback/domain';
import { inkOn } from './colours.ts';
import type { Look } from './look.ts';
import { darkClass } from './look.ts';
import { column, section, voiceOf } from './section.ts';
import { textToHtml } from './words.ts';

type Of<Kind extends BlockKind> = Extract<Block, { kind: Kind }>;

/** Small print on the ground below the letter's paper. */
function smallPrint(look: Look, block: Of<'footer'> | Of<'imprint'>, inner: string): string {
  const own = block.background !== undefined || block.color !== undefined;
  const { color, cls } = own ? voiceOf(look, block) : { color: look.groundMute, cls: 'mute' };
  const text = `<mj-text css-class="${cls}" font-size="13px" line-height="1.6" color="${color}" align="${block.align ?? 'left'}" padding="0 ${look.side}px">${inner}</mj-text>`;
  return section(look, block, column(text), [20, 32]).replace('css-class="sheet"', 'background-color="transparent"');
}

export function footerOf(look: Look, block: Of<'footer'>): string {
  const way = (href: string, words: string) => `<a href="${href}" style="color:inherit">${textToHtml(words)}</a>`;
  const ways = [
    way('{{ unsubscribeUrl }}', block.unsubscribe),
    ...(block.lessOften === ''
      ? []
      : [`{% if lessOftenUrl %} · ${way('{{ lessOftenUrl }}', block.lessOften)}{% endif %}`]),
    ...(block.viewOnline === ''
      ? []
      : [`{% if viewOnlineUrl %} · ${way('{{ viewOnlineUrl }}', block.viewOnline)}{% endif %}`]),
  ];
  return smallPrint(look, block, `${textToHtml(block.reason)}<br>${ways.join('')}<br>{{ shop.postalAddress }}`);
}

export function imprintOf(look: Look, block: Of<'imprint'>): string {
  return smallPrint(look, block, `${textToHtml(block.reason)}<br>{{ shop.postalAddress }}`);
}

/** A button that nobody overlooks, on a phone as wide as the letter. */
export function confirmOf(look: Look, block: Of<'confirm'>): string {
  const button = `<mj-button css-class="fill" href="{{ confirmUrl }}" background-color="${look.accent}" color="${inkOn(look.accent)}" font-family="${look.font}" font-size="20px" font-weight="700" line-height="1.3" inner-padding="20px 32px" border-radius="${look.theme.corners}px" width="100%" padding="0 ${look.side}px">${textToHtml(block.text)}</mj-button>`;
  return section(look, block, column(button), [12, 20]);
}

/**
 * Five stars for each product that was bought, each a link to the product's page of stars with the star chosen: that page stores it, for
 * mail scanners open every link. Nothing where nothing was bought.
 */
export function ratingOf(look: Look, block: Of<'rating'>): string {
  const { color, cls } = voiceOf(look, block);
  const stars = [1, 2, 3, 4, 5].map(
    (star) =>
      `<a href="{{ item.rateUrl }}?stars=${star}" title="${star} / 5" aria-label="${star} / 5" style="color:${look.link};text-decoration:none;padding:0 4px">★</a>`,
  );
  const ends = `${textToHtml(block.worst)}${block.worst && block.best ? ' – ' : ''}${textToHtml(block.best)}`;
  const row = (inner: string, style: string) =>
    `<tr><td align="${block.align ?? 'left'}" style="${style}">${inner}</td></tr>`;
  const one = row(
    `{{ item.name }}<div class="link ${darkClass(look.link)}" style="font-size:34px;line-height:1.3">${stars.join('')}</div>`,
    'font-size:14px;padding:4px 0',
  );
  const rows = `${row(textToHtml(block.title), 'font-size:16px')}{% for item in items %}{% if item.rateUrl %}${one}{% endif %}{% endfor %}${ends === '' ? '' : row(ends, 'font-size:13px')}`;
  const table = `<mj-table css-class="${cls}" color="${color}" font-family="${look.font}" padding="0 ${look.side}px" role="presentation">{% if items[0].rateUrl %}${rows}{% endif %}</mj-table>`;
  return section(look, block, column(table), [8, 12]);
}
