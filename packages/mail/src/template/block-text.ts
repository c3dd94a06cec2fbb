// A block as text: the same content for those who read without HTML.
import type { Block, ColumnBlock } from '@winback/domain';
import { htmlToText } from './html-text.ts';
import { leadsTo, socialText, whereCode } from './simple-mjml.ts';
import { richToText } from './words.ts';

export function textOf(block: Block | ColumnBlock): string {
  switch (block.kind) {
    case 'heading':
      return block.text;
    case 'text':
      return richToText(block.html);
    case 'image':
      return block.href === '' || block.alt === '' ? block.alt : `${block.alt}: ${block.href}`;
    case 'button':
      return `${block.text}: ${leadsTo(block)}`;
    case 'items':
      return `${titled(block.title)}{% for item in items %}- ${line('item')}{% if item.quantity > 1 %}, ${block.quantity}: {{ item.quantity }}{% endif %}\n  {{ item.url }}\n{% endfor %}`;
    case 'sourceProducts':
      return listOf('items', block);
    case 'picks':
      return listOf('picks', block);
    case 'coupon':
      return whereCode(block.code, [block.title, block.code, block.note].filter(Boolean).join('\n'));
    case 'rating':
      return `{% if items[0].rateUrl %}${block.title}\n{% for item in items %}{% if item.rateUrl %}- {{ item.name }}, 1–5 ★: {{ item.rateUrl }}\n{% endif %}{% endfor %}{% endif %}`;
    case 'social':
      return socialText(block);
    case 'columns':
      return block.columns
        .flatMap(({ blocks }) => blocks.map(textOf))
        .filter(Boolean)
        .join('\n\n');
    case 'footer':
      return `-- \n${block.reason}\n${block.unsubscribe}: {{ unsubscribeUrl }}\n{{ shop.postalAddress }}`;
    case 'confirm':
      return `${block.text}: {{ confirmUrl }}`;
    case 'imprint':
      return `-- \n${block.reason}\n{{ shop.postalAddress }}`;
    case 'html':
      return htmlToText(block.html);
    case 'header':
      return block.viewOnline === '' ? '' : `{% if viewOnlineUrl %}${block.viewOnline}: {{ viewOnlineUrl }}{% endif %}`;
    case 'divider':
    case 'spacer':
      return '';
  }
}

function listOf(list: 'items' | 'picks', { title, count }: { title: string; count: number | null }): string {
  const limit = count === null ? '' : ` limit: ${count}`;
  return `{% if ${list}.size > 0 %}${titled(title)}{% for card in ${list}${limit} %}- ${line('card')}\n  {{ card.url }}\n{% endfor %}{% endif %}`;
}

function titled(title: string): string {
  return title === '' ? '' : `${title}\n`;
}

function line(one: string): string {
  return `{{ ${one}.name }}, {% if ${one}.oldPrice %}{{ ${one}.oldPrice }} → {% endif %}{{ ${one}.price }}`;
}
