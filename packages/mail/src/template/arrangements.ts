// The designs themselves.
import type { ConfirmCopy, ProductCopy } from './copy.ts';
import type { Design, Piece } from './designs.ts';

const paragraph = (text: string): string => `<p>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</p>`;

function footer(copy: ProductCopy): Piece {
  const { reason, unsubscribe, lessOften, viewOnline } = copy;
  return { kind: 'footer', reason, unsubscribe, lessOften, viewOnline };
}

function rating({ rate }: ProductCopy, align: 'left' | 'center' = 'left'): Piece[] {
  return rate ? [{ kind: 'rating', ...rate, align }] : [];
}

/** The letter that asks to confirm says the same in each design: head and colours are what differs. */
function confirmIn(head: (heading: string) => Piece[], align: 'left' | 'center' = 'left') {
  return (copy: ConfirmCopy): Piece[] => [
    ...head(copy.heading),
    { kind: 'text', html: paragraph(copy.text), align },
    { kind: 'confirm', text: copy.button },
    { kind: 'text', html: paragraph(copy.otherwise), size: 'small', align },
    { kind: 'imprint', reason: copy.reason, align },
  ];
}

const plainHead = (heading: string): Piece[] => [{ kind: 'header' }, { kind: 'heading', text: heading }];
const middleHead = (heading: string): Piece[] => [
  { kind: 'header', align: 'center' },
  { kind: 'heading', text: heading, align: 'center' },
];

const classic: Design = {
  name: 'Classic',
  words: 'Logo, a few words, what it is about with a picture each, and three recommendations in a row.',
  theme: {},
  products: (copy) => [
    ...plainHead(copy.heading),
    { kind: 'text', html: paragraph(copy.text) },
    ...(copy.hasItems ? [{ kind: 'items', quantity: copy.quantity } as const] : []),
    ...rating(copy),
    ...(copy.hasItems ? [{ kind: 'button', text: copy.button, to: copy.to } as const] : []),
    { kind: 'picks', title: copy.picks, columns: 3 },
    ...(copy.hasItems ? [] : [{ kind: 'button', text: copy.button, to: copy.to } as const]),
    footer(copy),
  ],
  confirm: confirmIn(plainHead),
};

const letter: Design = {
  name: 'Plain letter',
  words: 'Reads like a letter from a person: no pictures of products, only words, names and prices.',
  theme: {
    font: 'serif',
    headingFont: 'serif',
    headings: 'light',
    ground: '#ffffff',
    corners: 0,
    air: 'usual',
    width: 560,
    mute: '#5b5f63',
  },
  products: (copy) => [
    { kind: 'header' },
    { kind: 'heading', text: copy.heading, level: 2 },
    { kind: 'text', html: paragraph(copy.text) },
    ...(copy.hasItems
      ? [{ kind: 'items', quantity: copy.quantity, look: 'lines' } as const]
      : [{ kind: 'picks', title: '', columns: 2, count: 4 } as const]),
    { kind: 'button', text: copy.button, to: copy.to, look: 'link' },
    ...rating(copy),
    { kind: 'text', html: '<p>{{ shop.name }}</p>' },
    { kind: 'divider' },
    footer(copy),
  ],
  confirm: confirmIn((heading) => [{ kind: 'header' }, { kind: 'heading', text: heading, level: 2 }]),
};

const poster: Design = {
  name: 'Poster',
  words: 'A band in the shop’s colour and one large picture for each product.',
  theme: { headings: 'bold', corners: 0, air: 'wide', ground: '#e9ebee' },
  products: (copy) => [
    { kind: 'header', align: 'center' },
    { kind: 'heading', text: copy.heading, align: 'center', background: 'brand', paddingTop: 44, paddingBottom: 8 },
    {
      kind: 'text',
      html: paragraph(copy.text),
      size: 'large',
      align: 'center',
      background: 'brand',
      paddingTop: 8,
      paddingBottom: 36,
    },
    { kind: 'spacer', height: 24 },
    ...(copy.hasItems
      ? [{ kind: 'items', quantity: copy.quantity, look: 'big', align: 'center' } as const]
      : [{ kind: 'picks', title: '', columns: 1, count: 3, align: 'center' } as const]),
    { kind: 'button', text: copy.button, to: copy.to, wide: true, align: 'center' },
    ...rating(copy, 'center'),
    ...(copy.hasItems ? [{ kind: 'picks', title: copy.picks, columns: 2, align: 'center' } as const] : []),
    { ...footer(copy), align: 'center' },
  ],
  confirm: confirmIn(
    (heading) => [
      { kind: 'header', align: 'center' },
      { kind: 'heading', text: heading, align: 'center', background: 'brand', paddingTop: 44, paddingBottom: 44 },
    ],
    'center',
  ),
};

const grid: Design = {
  name: 'Shop window',
  words: 'Products in close rows of two and four, each with a button: for shops whose pictures sell.',
  theme: { font: 'round', corners: 14, air: 'tight', ground: '#eef1f4', width: 640 },
  products: (copy) => [
    ...middleHead(copy.heading),
    { kind: 'text', html: paragraph(copy.text), align: 'center' },
    ...(copy.hasItems
      ? [{ kind: 'sourceProducts', columns: 2, count: 6, button: copy.look, align: 'center' } as const]
      : [{ kind: 'picks', title: '', columns: 2, count: 4, button: copy.look, align: 'center' } as const]),
    { kind: 'button', text: copy.button, to: copy.to, align: 'center' },
    ...rating(copy, 'center'),
    { kind: 'divider', line: 'dotted', thickness: 2 },
    { kind: 'picks', title: copy.picks, columns: 4, count: 8, align: 'center' },
    { ...footer(copy), align: 'center' },
  ],
  confirm: confirmIn(middleHead, 'center'),
};

const night: Design = {
  name: 'Night',
  words: 'Light words on dark paper, in the light as in the dark.',
  theme: { ground: '#0c0e10', sheet: '#16191d', ink: '#f1f2f3', mute: '#a9b0b7', corners: 10, air: 'usual' },
  products: (copy) => [
    ...plainHead(copy.heading),
    { kind: 'text', html: paragraph(copy.text), size: 'large' },
    ...(copy.hasItems ? [{ kind: 'items', quantity: copy.quantity } as const] : []),
    { kind: 'button', text: copy.button, to: copy.to, wide: true },
    ...rating(copy),
    { kind: 'divider' },
    { kind: 'picks', title: copy.picks, columns: 3 },
    footer(copy),
  ],
  confirm: confirmIn(plainHead),
};

const air: Design = {
  name: 'Minimal',
  words: 'Thin capitals, much white, an outlined button.',
  theme: {
    ground: '#ffffff',
    headings: 'capitals',
    corners: 0,
    air: 'wide',
    ink: '#222222',
    mute: '#666666',
    accent: '#222222',
  },
  products: (copy) => [
    ...middleHead(copy.heading),
    { kind: 'text', html: paragraph(copy.text), align: 'center' },
    { kind: 'spacer', height: 16 },
    ...(copy.hasItems
      ? [{ kind: 'sourceProducts', columns: 1, count: 3, align: 'center' } as const]
      : [{ kind: 'picks', title: '', columns: 1, count: 2, align: 'center' } as const]),
    { kind: 'button', text: copy.button, to: copy.to, look: 'outline', align: 'center' },
    ...rating(copy, 'center'),
    ...(copy.hasItems
      ? [
          { kind: 'divider' } as const,
          { kind: 'picks', title: copy.picks, columns: 3, count: 3, align: 'center' } as const,
        ]
      : []),
    { ...footer(copy), align: 'center' },
  ],
  confirm: confirmIn(middleHead, 'center'),
};

const magazine: Design = {
  name: 'Magazine',
  words: 'Large serif headlines beside their text, a bar in the shop’s colour, wide columns.',
  theme: {
    font: 'sans',
    headingFont: 'serif',
    headings: 'light',
    ground: '#f3efe8',
    sheet: '#fffdf9',
    ink: '#26221c',
    mute: '#655e53',
    corners: 2,
    frame: 'bar',
    width: 640,
  },
  products: (copy) => [
    { kind: 'header', align: 'center' },
    { kind: 'divider' },
    {
      kind: 'columns',
      columns: [
        { share: 55, blocks: [{ id: 'headline', kind: 'heading', text: copy.heading }] },
        {
          share: 45,
          blocks: [
            { id: 'lead', kind: 'text', html: paragraph(copy.text) },
            { id: 'lead-button', kind: 'button', text: copy.button, to: copy.to, look: 'link' },
          ],
        },
      ],
    },
    ...(copy.hasItems ? [{ kind: 'items', quantity: copy.quantity, look: 'big', button: copy.look } as const] : []),
    ...rating(copy),
    { kind: 'divider', thickness: 3 },
    { kind: 'picks', title: copy.picks, columns: 2 },
    { ...footer(copy), align: 'center' },
  ],
  confirm: confirmIn((heading) => [
    { kind: 'header', align: 'center' },
    { kind: 'divider' },
    { kind: 'heading', text: heading },
  ]),
};

const festive: Design = {
  name: 'Festive',
  words: 'A deep red ground, a dashed edge as on wrapping paper, and room for a code.',
  theme: {
    ground: '#7a1424',
    sheet: '#fffaf2',
    ink: '#3b1016',
    mute: '#f3d9c6',
    accent: '#b3202f',
    headingFont: 'serif',
    headings: 'bold',
    corners: 18,
    frame: 'dashed',
  },
  products: (copy) => [
    { kind: 'header', align: 'center' },
    { kind: 'text', html: '<p>✦ &nbsp; ✦ &nbsp; ✦</p>', align: 'center', color: '#b3202f' },
    { kind: 'heading', text: copy.heading, align: 'center' },
    { kind: 'text', html: paragraph(copy.text), align: 'center' },
    { kind: 'coupon', title: copy.coupon, code: '{{ promocode }}' },
    ...(copy.hasItems ? [{ kind: 'items', quantity: copy.quantity } as const] : []),
    { kind: 'button', text: copy.button, to: copy.to, align: 'center' },
    ...rating(copy, 'center'),
    { kind: 'picks', title: copy.picks, columns: 3, align: 'center' },
    { ...footer(copy), align: 'center' },
  ],
  confirm: confirmIn(middleHead, 'center'),
};

const receipt: Design = {
  name: 'Receipt',
  words: 'A narrow slip in the type of a till: names, prices, dashed lines.',
  theme: {
    font: 'mono',
    headingFont: 'mono',
    headings: 'capitals',
    width: 480,
    corners: 0,
    frame: 'dashed',
    ground: '#dedbd4',
    sheet: '#fbfaf6',
    ink: '#242320',
    mute: '#57534b',
    accent: '#242320',
    air: 'tight',
  },
  products: (copy) => [
    ...middleHead(copy.heading),
    { kind: 'divider', line: 'dashed' },
    { kind: 'text', html: paragraph(copy.text), align: 'center' },
    { kind: 'divider', line: 'dashed' },
    ...(copy.hasItems
      ? [{ kind: 'items', quantity: copy.quantity, look: 'lines' } as const]
      : [{ kind: 'picks', title: '', columns: 3, count: 3 } as const]),
    { kind: 'button', text: copy.button, to: copy.to, wide: true },
    ...rating(copy, 'center'),
    ...(copy.hasItems
      ? [
          { kind: 'divider', line: 'dashed' } as const,
          { kind: 'picks', title: copy.picks, columns: 3, count: 3 } as const,
        ]
      : []),
    { ...footer(copy), align: 'center' },
  ],
  confirm: confirmIn(middleHead, 'center'),
};

export const arrangements = {
  classic,
  letter,
  poster,
  grid,
  night,
  minimal: air,
  magazine,
  festive,
  receipt,
} as const satisfies Record<string, Design>;
