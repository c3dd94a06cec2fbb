// Blocks to MJML to HTML with Liquid in it, once per revision of a template; the text part beside it from the same blocks.
// MJML writes the tables that Outlook wants; no tree builder touches the Liquid.
/// <reference path="./mjml-browser.d.ts" />
import mjml from 'mjml-browser';
import type { CompiledTemplate } from '../render.ts';
import type { Block } from './blocks.ts';
import { ratingTable, ratingText } from './rating.ts';

export interface Brand {
  /** `#1a6b7c`. */
  color: string;
  logoUrl: string | null;
}

const ink = '#1b1f24';
const mute = '#5a646e';

/** Compiles a template. Throws with MJML's own words where a block cannot be written. */
export async function compileTemplate(blocks: readonly Block[], brand: Brand): Promise<CompiledTemplate> {
  const { html, errors } = await mjml(documentOf(blocks, brand), {
    validationLevel: 'soft',
    minify: false,
    // No font is fetched: readers’ machines must not tell anybody that they opened a letter.
    fonts: {},
  });
  const [first] = errors;
  if (first) throw new Error(`the template cannot be compiled: ${first.formattedMessage}`);
  return { html: tidy(html), text: blocks.map(textOf).join('\n\n') };
}

function documentOf(blocks: readonly Block[], brand: Brand): string {
  return `<mjml lang="{{ shop.language }}">
<mj-head>
  <mj-title>{{ shop.name }}</mj-title>
  <mj-preview>{{ preheader }}</mj-preview>
  <mj-attributes>
    <mj-all font-family="-apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif" />
    <mj-text color="${ink}" font-size="16px" line-height="1.5" padding="0 24px" />
    <mj-section background-color="#ffffff" padding="0" />
    <mj-column padding="0" />
  </mj-attributes>
  <mj-raw><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"></mj-raw>
  <mj-style>${darkStyle}</mj-style>
</mj-head>
<mj-body background-color="#f2f3f5" width="600px" css-class="ground">
  ${headerOf(brand)}
  ${blocks.map((block) => blockOf(block, brand)).join('\n')}
</mj-body>
</mjml>`;
}

const darkStyle = `
a { color: inherit; }
@media (prefers-color-scheme: dark) {
  .ground { background: #121518 !important; }
  .sheet, .sheet > table { background: #1d2126 !important; }
  .ink div, .ink a { color: #eef0f2 !important; }
  .mute div, .mute a { color: #a9b1b9 !important; }
}`;

function headerOf({ logoUrl, color }: Brand): string {
  const name = `<mj-text css-class="ink" font-size="20px" font-weight="700" color="${color}"><a href="{{ shop.url }}" style="color:inherit;text-decoration:none">{{ shop.name }}</a></mj-text>`;
  const logo = logoUrl
    ? `<mj-image src="${attribute(logoUrl)}" alt="{{ shop.name }}" href="{{ shop.url }}" width="160px" align="left" padding="0 24px" />`
    : name;
  return section(`<mj-column>${logo}</mj-column>`, 'padding="24px 0 0"');
}

function section(inner: string, attributes: string): string {
  return `<mj-section css-class="sheet" ${attributes}>${inner}</mj-section>`;
}

function blockOf(block: Block, brand: Brand): string {
  switch (block.kind) {
    case 'heading':
      return section(
        `<mj-column><mj-text css-class="ink" font-size="28px" line-height="1.2" font-weight="700"><h1 style="margin:0;font-size:28px;line-height:1.2">${words(block.text)}</h1></mj-text></mj-column>`,
        'padding="20px 0 8px"',
      );
    case 'text':
      return section(
        `<mj-column><mj-text css-class="ink">${words(block.text)}</mj-text></mj-column>`,
        'padding="4px 0 12px"',
      );
    case 'items':
      return itemsOf(block.quantity);
    case 'rating':
      return ratingOf(block);
    case 'button':
      return section(
        `<mj-column><mj-button href="${leadsTo(block)}" background-color="${brand.color}" color="${inkOn(brand.color)}" font-size="17px" font-weight="600" inner-padding="14px 28px" border-radius="8px" align="left" padding="8px 24px 28px">${words(block.text)}</mj-button></mj-column>`,
        'padding="8px 0 0"',
      );
    case 'picks':
      return picksOf(block.title);
    case 'footer':
      return footerOf(block);
    case 'confirm':
      return confirmOf(block.text, brand);
    case 'imprint':
      return smallPrint(`${words(block.reason)}<br>{{ shop.postalAddress }}`);
  }
}

function leadsTo({ to }: Extract<Block, { kind: 'button' }>): string {
  return to === 'shop' ? '{{ shop.url }}' : '{{ cartUrl }}';
}

function itemsOf(quantity: string): string {
  const row = `
<tr>
  <td width="96" valign="top" style="padding:10px 16px 10px 0"><a href="{{ item.url }}">{% if item.picture %}<img src="{{ item.picture }}" alt="{{ item.name }}" width="96" height="96" style="display:block;border:0;border-radius:8px;object-fit:cover;background:#eceef0">{% endif %}</a></td>
  <td valign="middle" style="padding:10px 0"><div style="font-weight:600"><a href="{{ item.url }}" style="text-decoration:none;color:inherit">{{ item.name }}</a></div>
  <div style="padding-top:4px"><strong>{{ item.price }}</strong>{% if item.oldPrice %} <s style="opacity:.7">{{ item.oldPrice }}</s>{% endif %}{% if item.quantity > 1 %} · ${words(quantity)}: {{ item.quantity }}{% endif %}</div></td>
</tr>`;
  const table = `<mj-table css-class="ink" color="${ink}" font-size="16px" line-height="1.4" padding="0 24px" role="presentation">{% for item in items %}${row}{% endfor %}</mj-table>`;
  return section(`<mj-column>${table}</mj-column>`, 'padding="4px 0"');
}

function ratingOf({ title }: Extract<Block, { kind: 'rating' }>): string {
  const table = `<mj-table css-class="ink" color="${ink}" font-size="16px" line-height="1.4" padding="0 24px" role="presentation">${ratingTable(words(title))}</mj-table>`;
  return section(`<mj-column>${table}</mj-column>`, 'padding="4px 0"');
}

/** A table of three columns: rows are closed by Liquid, so that any number of picks makes whole rows. */
function picksOf(title: string): string {
  const card = `<td width="33%" valign="top" style="padding:8px 6px"><a href="{{ pick.url }}" style="text-decoration:none;color:inherit">{% if pick.picture %}<img src="{{ pick.picture }}" alt="{{ pick.name }}" width="170" style="display:block;width:100%;height:auto;border:0;border-radius:8px;background:#eceef0">{% endif %}<span style="display:block;padding-top:8px;font-size:14px;line-height:1.35">{{ pick.name }}</span><strong style="display:block;padding-top:2px;font-size:14px">{{ pick.price }}</strong></a></td>`;
  const rows = `{% for pick in picks %}{% assign place = forloop.index0 | modulo: 3 %}{% if place == 0 %}<tr>{% endif %}${card}{% if place == 2 or forloop.last %}</tr>{% endif %}{% endfor %}`;
  const head = `<tr><td colspan="3" style="padding:20px 6px 4px;font-size:20px;font-weight:700">${words(title)}</td></tr>`;
  const table = `<mj-table css-class="ink" color="${ink}" font-size="14px" table-layout="fixed" padding="0 18px 20px" role="presentation">{% if picks.size > 0 %}${head}${rows}{% endif %}</mj-table>`;
  return section(`<mj-column>${table}</mj-column>`, 'padding="0"');
}

function footerOf(block: Extract<Block, { kind: 'footer' }>): string {
  return smallPrint(
    `${words(block.reason)}<br><a href="{{ unsubscribeUrl }}">${words(block.unsubscribe)}</a><br>{{ shop.postalAddress }}`,
  );
}

/** A button that nobody overlooks, on a phone as wide as the letter. */
function confirmOf(text: string, { color }: Brand): string {
  const button = `<mj-button href="{{ confirmUrl }}" background-color="${color}" color="${inkOn(color)}" font-size="20px" font-weight="700" line-height="1.3" inner-padding="20px 32px" border-radius="10px" width="100%" padding="12px 24px 20px">${words(text)}</mj-button>`;
  return section(`<mj-column>${button}</mj-column>`, 'padding="8px 0 0"');
}

function smallPrint(inner: string): string {
  const text = `<mj-text css-class="mute" font-size="13px" line-height="1.5" color="${mute}">${inner}</mj-text>`;
  return `<mj-section background-color="transparent" padding="20px 0 32px"><mj-column>${text}</mj-column></mj-section>`;
}

function textOf(block: Block): string {
  switch (block.kind) {
    case 'heading':
    case 'text':
      return block.text;
    case 'items':
      return `{% for item in items %}- {{ item.name }}, {% if item.oldPrice %}{{ item.oldPrice }} → {% endif %}{{ item.price }}{% if item.quantity > 1 %}, ${block.quantity}: {{ item.quantity }}{% endif %}\n  {{ item.url }}\n{% endfor %}`;
    case 'rating':
      return ratingText(block);
    case 'button':
      return `${block.text}: ${leadsTo(block)}`;
    case 'picks':
      return `{% if picks.size > 0 %}${block.title}\n{% for pick in picks %}- {{ pick.name }}, {{ pick.price }}\n  {{ pick.url }}\n{% endfor %}{% endif %}`;
    case 'footer':
      return `-- \n${block.reason}\n${block.unsubscribe}: {{ unsubscribeUrl }}\n{{ shop.postalAddress }}`;
    case 'confirm':
      return `${block.text}: {{ confirmUrl }}`;
    case 'imprint':
      return `-- \n${block.reason}\n{{ shop.postalAddress }}`;
  }
}

/** A merchant's words: Liquid stays, everything else is text. */
function words(text: string): string {
  return text
    .split(/(\{\{.*?\}\}|\{%.*?%\})/s)
    .map((part) =>
      /^\{[{%]/.test(part) ? part : part.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    )
    .join('');
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

/** Black or white, whichever is read better on this colour (WCAG 2.2 relative luminance). */
function inkOn(color: string): string {
  const channels = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255);
  const linear = channels.map((value) => (value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  const [red = 0, green = 0, blue = 0] = linear;
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 ? '#ffffff' : '#111111';
}

/** Whitespace between tags says nothing and costs bytes: Gmail cuts letters at about 100 KB. */
function tidy(html: string): string {
  return html.replace(/>\s*\n\s*</g, '>\n<').replace(/[ \t]{2,}/g, ' ');
}
