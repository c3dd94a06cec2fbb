// Blocks of words and pictures to MJML: those that may also stand in a column, and those that need a row of their own.
import type { Block, BlockKind, ColumnBlock } from '@winback/domain';
import { inkOn } from './colours.ts';
import type { Look } from './look.ts';
import { column, section, voiceOf } from './section.ts';
import { attributeOf, richHtml, textToHtml } from './words.ts';

type Of<Kind extends BlockKind> = Extract<Block, { kind: Kind }>;

/** The parts of a block that may stand in a column; `side` is the air beside them, in px. */
export function partOf(look: Look, block: ColumnBlock, side: number): string {
  switch (block.kind) {
    case 'heading':
      return headingOf(look, block, side);
    case 'text':
      return paragraphsOf(look, block, side);
    case 'image':
      return imageOf(look, block, side);
    case 'button':
      return buttonOf(look, block, side);
    case 'spacer':
      return `<mj-spacer height="${block.height}px" />`;
  }
}

/** Air above and below each of them in a row of its own. */
export const airOf = {
  heading: [20, 8],
  text: [4, 8],
  image: [8, 8],
  button: [8, 20],
  spacer: [0, 0],
} as const satisfies Record<ColumnBlock['kind'], readonly [number, number]>;

export function headingStyle(look: Look, size: number): string {
  const looks = {
    bold: 'font-weight:700;letter-spacing:-0.01em',
    light: 'font-weight:400',
    capitals: 'font-weight:600;text-transform:uppercase;letter-spacing:.14em',
  }[look.theme.headings];
  const px = look.theme.headings === 'capitals' ? Math.round(size * 0.72) : size;
  return `margin:0;font-family:${look.headingFont};font-size:${px}px;line-height:1.22;${looks}`;
}

function headingOf(look: Look, block: Of<'heading'>, side: number): string {
  const { color, cls } = voiceOf(look, block);
  const style = headingStyle(look, block.level === 1 ? 32 : 22);
  const heading = `<h${block.level} style="${style}">${textToHtml(block.text)}</h${block.level}>`;
  return `<mj-text css-class="${cls} big" color="${color}" align="${block.align ?? 'left'}" padding="0 ${side}px">${heading}</mj-text>`;
}

function paragraphsOf(look: Look, block: Of<'text'>, side: number): string {
  const { color, cls } = voiceOf(look, block, block.size === 'small' ? 'mute' : 'ink');
  const size = { small: 14, usual: 16, large: 19 }[block.size];
  return `<mj-text css-class="${cls}" color="${color}" font-size="${size}px" line-height="1.55" align="${block.align ?? 'left'}" padding="0 ${side}px">${richHtml(block.html)}</mj-text>`;
}

function imageOf(look: Look, block: Of<'image'>, side: number): string {
  if (block.src.trim() === '') return '';
  const width = block.width === null ? '' : ` width="${block.width}px"`;
  const href = block.href === '' ? '' : ` href="${attributeOf(block.href)}"`;
  const corners = block.bleed ? 0 : look.theme.corners;
  return `<mj-image src="${attributeOf(block.src)}" alt="${attributeOf(block.alt)}"${href}${width} align="${block.align ?? 'center'}" border-radius="${corners}px" padding="0 ${block.bleed ? 0 : side}px" />`;
}

/** Where a button leads. */
export function leadsTo({ to, href }: Of<'button'>): string {
  switch (to) {
    case 'cart':
      return '{{ cartUrl }}';
    case 'shop':
      return '{{ shop.url }}';
    case 'item':
      return '{{ items[0].url | default: shop.url }}';
    case 'link':
      return href;
  }
}

function buttonOf(look: Look, block: Of<'button'>, side: number): string {
  const own = block.background && block.look === 'filled' ? voiceOf(look, block) : null;
  const ground = own ? 'transparent' : look.accent;
  const looks = {
    filled: `${own ? '' : 'css-class="fill" '}background-color="${ground}" color="${own?.color ?? inkOn(look.accent)}"${own ? ` border="2px solid ${own.color}"` : ''}`,
    outline: `css-class="link line" background-color="transparent" color="${look.link}" border="2px solid ${look.link}"`,
    link: `css-class="link" background-color="transparent" color="${look.link}" text-decoration="underline"`,
  }[block.look];
  const inner = block.look === 'link' ? '4px 0' : '14px 28px';
  const width = block.wide ? ' width="100%"' : '';
  return `<mj-button href="${attributeOf(leadsTo(block))}" ${looks} font-family="${look.font}" font-size="16px" font-weight="600" line-height="1.3" inner-padding="${inner}" border-radius="${look.theme.corners}px"${width} align="${block.align ?? 'left'}" padding="0 ${side}px">${textToHtml(block.text)}</mj-button>`;
}

export function columnsOf(look: Look, block: Of<'columns'>): string {
  const whole = block.columns.reduce((sum, { share }) => sum + share, 0);
  const columns = block.columns.map(({ share, blocks }) => {
    const parts = blocks.map(
      (one) => partOf(look, one, 12) + (one.kind === 'spacer' ? '' : '<mj-spacer height="10px" />'),
    );
    return `<mj-column width="${((share / whole) * 100).toFixed(2)}%" vertical-align="middle">${parts.join('')}</mj-column>`;
  });
  return section(look, block, columns.join(''), [8, 8]).replace(/ 0 (\d+px)">/, ` ${look.side - 12}px $1">`);
}

/** The shop's logo, or its name where it has none. */
export function headerOf(look: Look, block: Of<'header'>): string {
  const { color, cls } = voiceOf(look, block);
  const align = block.align ?? 'left';
  const padding = `padding="0 ${look.side}px"`;
  const online = block.viewOnline
    ? `<mj-raw>{% if viewOnlineUrl %}</mj-raw><mj-text css-class="mute" color="${block.background ? color : look.mute}" font-size="12px" align="${align}" padding="0 ${look.side}px 10px"><a href="{{ viewOnlineUrl }}" style="color:inherit">${textToHtml(block.viewOnline)}</a></mj-text><mj-raw>{% endif %}</mj-raw>`
    : '';
  const logo = block.logo || (look.brand.logoUrl ?? '');
  const name = `<mj-text css-class="${cls}" ${padding} color="${color}" align="${align}"><a href="{{ shop.url }}" style="${headingStyle(look, 20)};color:inherit;text-decoration:none">{{ shop.name }}</a></mj-text>`;
  const mark = logo
    ? `<mj-image src="${attributeOf(logo)}" alt="{{ shop.name }}" href="{{ shop.url }}" width="${block.width}px" align="${align}" ${padding} />`
    : name;
  return section(look, block, column(online + mark), [28, 12]);
}

export function dividerOf(look: Look, block: Of<'divider'>): string {
  const color = block.color ? voiceOf(look, block).color : look.line;
  const divider = `<mj-divider css-class="line" border-style="${block.line}" border-width="${block.thickness}px" border-color="${color}" padding="0 ${look.side}px" />`;
  return section(look, block, column(divider), [16, 16]);
}

const networkNames = {
  instagram: 'Instagram',
  facebook: 'Facebook',
  tiktok: 'TikTok',
  youtube: 'YouTube',
  x: 'X',
  pinterest: 'Pinterest',
  linkedin: 'LinkedIn',
  telegram: 'Telegram',
  vk: 'VK',
  whatsapp: 'WhatsApp',
  web: 'Web',
} as const;

/** Names, not pictures: they are seen where pictures are not, and nothing has to be fetched. */
export function socialOf(look: Look, block: Of<'social'>): string {
  const links = block.links
    .filter(({ url }) => url !== '')
    .map(
      ({ network, url }) =>
        `<a href="${attributeOf(url)}" style="color:inherit;white-space:nowrap">${networkNames[network]}</a>`,
    );
  if (links.length === 0) return '';
  const { color, cls } = voiceOf(look, block, 'mute');
  const text = `<mj-text css-class="${cls}" color="${color}" font-size="14px" align="${block.align ?? 'center'}" padding="0 ${look.side}px">${links.join(' &nbsp;·&nbsp; ')}</mj-text>`;
  return section(look, block, column(text), [12, 12]);
}

export function socialText(block: Of<'social'>): string {
  return block.links
    .filter(({ url }) => url !== '')
    .map(({ network, url }) => `${networkNames[network]}: ${url}`)
    .join('\n');
}

/** Nothing where there is no code: `{{ promocode }}` may be empty. */
export function couponOf(look: Look, block: Of<'coupon'>): string {
  const { color, cls } = voiceOf(look, block);
  const note = block.note === '' ? '' : `<div style="padding-top:8px;font-size:13px">${textToHtml(block.note)}</div>`;
  const code = `<div style="padding-top:8px;font-family:'SFMono-Regular',Consolas,'Courier New',monospace;font-size:28px;line-height:1.2;font-weight:700;letter-spacing:.08em">${textToHtml(block.code)}</div>`;
  const cell = `<td align="center" style="padding:20px 16px;border:2px dashed ${look.line};border-radius:${look.theme.corners}px"><div style="font-size:15px">${textToHtml(block.title)}</div>${code}${note}</td>`;
  const table = `<mj-table css-class="${cls} line" color="${color}" align="center" padding="0 ${look.side}px" role="presentation">${whereCode(block.code, `<tr>${cell}</tr>`)}</mj-table>`;
  return section(look, block, column(table), [12, 16]);
}

/** What is shown only where the code of a coupon is not empty. */
export function whereCode(code: string, shown: string): string {
  return `{% capture couponCode %}${code}{% endcapture %}{% if couponCode != blank %}${shown}{% endif %}`;
}
