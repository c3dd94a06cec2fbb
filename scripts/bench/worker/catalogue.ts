// A catalogue made up from a few words, the same each time: a big shop of Russian and English names among small ones.
import type { StagedOffer } from '@winback/db';
import type { ShopId } from '@winback/domain';

export const bigShop = 'big' as ShopId;
export const smallShop = 'small' as ShopId;
export const middleShops = ['middle-1', 'middle-2', 'middle-3'] as ShopId[];

const types = [
  ...['Палатка', 'Спальник', 'Рюкзак', 'Термос', 'Куртка', 'Ботинки', 'Юбка', 'Фонарь', 'Горелка', 'Котелок', 'Кружка'],
  ...['Гамак', 'Коврик', 'Стул складной', 'Стол', 'Нож', 'Топор', 'Компас', 'Фильтр для воды', 'Батарейка', 'Шампунь'],
  ...['Tent', 'Sleeping bag', 'Backpack', 'Boots', 'Jacket', 'Lantern', 'Stove', 'Knife', 'Chair', 'Water bottle'],
  ...['Headlamp', 'Trekking poles', 'Чехол', 'Наушники', 'Кабель', 'Подшипник', 'Тапочки', 'Свитер', 'Удилище'],
];
const kinds = [
  ...['туристическая', 'лёгкая', 'ветрозащитная', 'мембранная', 'детская', 'утеплённая', 'двухместная', 'зимняя'],
  ...['складная', 'походная', 'водонепроницаемая', 'green', 'ultralight', 'waterproof', 'red', 'winter', 'kids'],
  ...['зелёный', 'красный', 'синяя', 'чёрный', 'белый', 'серебристый'],
];
const syllables = 'al fjo rd nor ka mi ter ra vos lex qua sto hel bri zen do ро ма ви ка тон лес мир'.split(' ');
const description =
  'Просторная палатка для семейных походов с двумя входами, тамбуром и вентиляцией; стойки из алюминия, швы проклеены, дно не промокает даже в долгий дождь.';

const topCategories = 20;
const below = 25;
export const brands = 5_000;

export const categories = Array.from({ length: topCategories * (below + 1) }, (_, n) =>
  n < topCategories
    ? { id: `c${n}`, name: `Раздел ${n}`, parentId: null }
    : { id: `c${n}`, name: `Полка ${n}`, parentId: `c${n % topCategories}` },
);

export function brandOf(n: number): string {
  const name = [n, n * 7 + 3, Math.floor(n / 23)].map((at) => syllables[at % syllables.length]).join('');
  return `${name.charAt(0).toUpperCase()}${name.slice(1)} ${n}`;
}

/** The offer with this number; each number has chances of its own. */
export function offerOf(n: number): StagedOffer {
  const chance = chancesOf(n);
  // Few types and few brands are most of a catalogue.
  const type = pick(types, chance() * chance());
  const brand = brandOf(Math.floor(chance() ** 3 * brands));
  const letters = String.fromCharCode(65 + Math.floor(chance() * 26), 65 + Math.floor(chance() * 26));
  const name = `${type} ${brand} ${pick(kinds, chance())} ${pick(kinds, chance())} ${letters}-${Math.floor(chance() * 9_900) + 100}`;
  const category = `c${topCategories + Math.floor(chance() * topCategories * below)}`;
  const url = `https://shop.example/catalog/item-${n}`;
  const picture = chance() < 0.98 ? `https://cdn.shop.example/images/${n}.jpg` : null;
  return {
    ...{
      id: `sku-${n}`,
      groupId: `g${n >> 2}`,
      name,
      url,
      picture,
      pictures: picture === null ? [] : [picture],
      brand,
    },
    ...{ priceMinor: 10_000 + Math.floor(chance() ** 2 * 10_000_000), oldPriceMinor: null, currency: 'RUB' },
    ...{ category, categoryIds: [category], inStock: chance() < 0.9, description, ignored: false, hash: `h${n}` },
    attributes: {
      vendorCode: `VC${1_000_000 + ((n * 48_271) % 9_000_000)}`,
      barcode: String(4_600_000_000_000 + n * 7_919),
    },
  };
}

function pick<One>(list: readonly One[], chance: number): One {
  const one = list[Math.floor(chance * list.length)];
  if (one === undefined) throw new RangeError('a chance lies from 0 to below 1');
  return one;
}

/** mulberry32, a generator in the public domain, seeded with the number. */
function chancesOf(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
