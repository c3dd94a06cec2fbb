// What the demo store sells: eight kinds of things, eight of each, by six brands.
import type { Kind } from '../picture/draw.ts';

export interface Product {
  id: string;
  name: string;
  kind: Kind;
  category: string;
  brand: string;
  color: string;
  /** In cents. */
  price: number;
  oldPrice: number | null;
  inStock: boolean;
  words: string;
}

export interface Category {
  id: string;
  name: string;
  kind: Kind;
  color: string;
  words: string;
}

export const categories: Category[] = [
  { id: 'tents', name: 'Tents', kind: 'tent', color: '#2f7d66', words: 'Dry in a week of rain, up in four minutes.' },
  {
    id: 'backpacks',
    name: 'Backpacks',
    kind: 'backpack',
    color: '#a7552f',
    words: 'They sit on the hips, not on the shoulders.',
  },
  {
    id: 'sleeping-bags',
    name: 'Sleeping bags',
    kind: 'sleeping-bag',
    color: '#35608f',
    words: 'Warm to the number on the label, not to the one in the advert.',
  },
  {
    id: 'kitchen',
    name: 'Kitchen',
    kind: 'mug',
    color: '#7b8c3f',
    words: 'Enamel and steel that outlive their owners.',
  },
  { id: 'light', name: 'Light', kind: 'lantern', color: '#b9812b', words: 'Warm light that lasts the whole night.' },
  { id: 'jackets', name: 'Jackets', kind: 'jacket', color: '#8c3f5a', words: 'Wind stays out, steam gets out.' },
  {
    id: 'bottles',
    name: 'Bottles',
    kind: 'bottle',
    color: '#2d7f8c',
    words: 'Hot for twelve hours, cold for twenty-four.',
  },
  {
    id: 'boots',
    name: 'Boots',
    kind: 'boot',
    color: '#6b5136',
    words: 'Resoled for life, by the people who made them.',
  },
];

const brands = ['Nordvik', 'Alm & Co', 'Fernweg', 'Stillwater', 'Karst', 'Ursa'];
const colors = ['#2f7d66', '#a7552f', '#35608f', '#7b8c3f', '#b9812b', '#8c3f5a', '#2d7f8c', '#6b5136'];

const names: Record<string, [string[], number]> = {
  tents: [
    ['Skerry 2', 'Skerry 3', 'Moss 1', 'Fell Tunnel 4', 'Lee Shelter', 'Tarn Dome 2', 'Ridge Ultralight', 'Basecamp 6'],
    24_900,
  ],
  backpacks: [
    ['Trail 28', 'Trail 45', 'Haul 60', 'Day 18', 'Fern Roll-Top', 'City to Col 22', 'Alpine 35', 'Wander 50'],
    11_900,
  ],
  'sleeping-bags': [
    ['Down 0°', 'Down −8°', 'Summer Quilt', 'Wool Liner', 'Moor Synthetic', 'Twin Down', 'Youth −2°', 'Bivy Sack'],
    15_900,
  ],
  kitchen: [
    [
      'Enamel Mug',
      'Steel Cup 300',
      'Camp Bowl',
      'Folding Spork Set',
      'Kettle 1 L',
      'Pan 24',
      'Coffee Dripper',
      'Spice Tin',
    ],
    1_900,
  ],
  light: [
    [
      'Glow Lantern',
      'Candle Lantern',
      'Headlamp 400',
      'String Light',
      'Pocket Torch',
      'Storm Lantern',
      'Tent Pendant',
      'Reading Clip',
    ],
    3_400,
  ],
  jackets: [
    [
      'Rain Shell',
      'Wind Smock',
      'Down Mid',
      'Wool Overshirt',
      'Storm Parka',
      'Fleece Half-Zip',
      'Insulated Vest',
      'Anorak',
    ],
    17_900,
  ],
  bottles: [
    [
      'Flask 500',
      'Flask 750',
      'Wide Mouth 1 L',
      'Kids’ 350',
      'Soft Flask',
      'Growler 1.9 L',
      'Filter Bottle',
      'Coffee Tumbler',
    ],
    2_900,
  ],
  boots: [
    ['Ridge Mid', 'Ridge Low', 'Heather Hiker', 'Scree GTX', 'Camp Moc', 'Winter Pac', 'Approach', 'River Sandal'],
    16_900,
  ],
};

/** Prices that look like prices: `base` spread by place in the list, ending in 90 cents or whole. */
function priceOf(base: number, place: number): number {
  const spread = [1, 1.24, 0.62, 1.55, 0.8, 1.12, 0.92, 1.8][place] ?? 1;
  return Math.round((base * spread) / 500) * 500 - (place % 2 === 0 ? 10 : 0);
}

export const products: Product[] = categories.flatMap((category, shelf) => {
  const [list, base] = names[category.id] ?? [[], 0];
  return list.map((name, place): Product => {
    const price = priceOf(base, place);
    return {
      id: `${shelf + 1}0${place + 1}`,
      name,
      kind: category.kind,
      category: category.id,
      brand: brands[(shelf * 3 + place) % brands.length] ?? 'Nordvik',
      color: colors[(shelf + place * 3) % colors.length] ?? '#2f7d66',
      price,
      oldPrice: place === 3 ? Math.round((price * 1.25) / 100) * 100 : null,
      inStock: !(place === 7 && shelf % 2 === 0),
      words: category.words,
    };
  });
});

const byId = new Map(products.map((product) => [product.id, product]));

/** What the shop's people changed: the shelves, the feed and every page say so at once. */
export function shelve(id: string, { price, inStock }: Pick<Product, 'price' | 'inStock'>): Product | null {
  const product = byId.get(id);
  return product ? Object.assign(product, { price, inStock }) : null;
}

export function productById(id: string): Product | null {
  return byId.get(id) ?? null;
}

/** Products whose name, brand or category holds every word of the query. */
export function search(query: string): Product[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return products.filter((product) => {
    const text = `${product.name} ${product.brand} ${product.category}`.toLowerCase();
    return words.length > 0 && words.every((word) => text.includes(word.replace(/s$/, '')));
  });
}

export function euros(cents: number): string {
  return new Intl.NumberFormat('en', { style: 'currency', currency: 'EUR' }).format(cents / 100);
}
