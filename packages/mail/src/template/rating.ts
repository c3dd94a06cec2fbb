// Stars to press, for each product that was bought. Each star is a link of its own to the product's page of stars, with the star
// chosen: that page stores it, for mail scanners open every link.
import type { Block } from './blocks.ts';

const stars = [1, 2, 3, 4, 5] as const;

/** Rows of a table. `title` is ready for HTML. */
export function ratingTable(title: string): string {
  const links = stars
    .map(
      (star) =>
        `<a href="{{ item.rateUrl }}?stars=${star}" title="${star} / 5" aria-label="${star} / 5" style="display:inline-block;padding:4px 5px;font-size:30px;line-height:1;text-decoration:none;color:#b7791f">☆</a>`,
    )
    .join('');
  const row = `<tr><td style="padding:6px 0 10px"><div>{{ item.name }}</div><div>${links}</div></td></tr>`;
  const head = `<tr><td style="padding:16px 0 4px;font-size:20px;font-weight:700">${title}</td></tr>`;
  return `{% if items[0].rateUrl %}${head}{% endif %}{% for item in items %}{% if item.rateUrl %}${row}{% endif %}{% endfor %}`;
}

export function ratingText({ title }: Extract<Block, { kind: 'rating' }>): string {
  return `{% if items[0].rateUrl %}${title}\n{% for item in items %}{% if item.rateUrl %}- {{ item.name }}, 1–5 ★: {{ item.rateUrl }}\n{% endif %}{% endfor %}{% endif %}`;
}
