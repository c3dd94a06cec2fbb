// Shopify's `/products.json`: each variant of a product has its own price, and is an offer.
import type { Draft } from '../draft.ts';
import type { Element } from '../element.ts';
import { Fields } from '../element.ts';
import type { Param } from '../feed-item.ts';
import { addressIn } from '../rows/row.ts';

/** Shopify allows 2,048. */
const mostVariants = 3_000;

/** The offers of an item: its variants where it has such, else itself. */
export function variantsOf(element: Element, draft: Draft, site: string | null): Draft[] {
  const variants = element.children.filter(({ key, children }) => key === 'variants' && children.length > 0);
  if (variants.length === 0) return [draft];
  const product = new Fields(element);
  const handle = product.first(['handle']);
  const pictures = product.all(['images']).flatMap((image) => new Fields(image).first(['src']) ?? image.text);
  const common: Draft = {
    ...draft,
    groupId: draft.id,
    url: draft.url ?? (handle === null ? null : addressIn(site, `/products/${encodeURIComponent(handle)}`)),
    pictures: draft.pictures.length > 0 ? draft.pictures : pictures.filter((address) => address !== ''),
    description: draft.description ?? product.first(['body_html']),
  };
  return variants.slice(0, mostVariants).map((variant) => variantOf(new Fields(variant), common, product));
}

function variantOf(said: Fields, common: Draft, product: Fields): Draft {
  const id = said.first(['id']);
  const picture = said.inside('featured_image')?.first(['src']) ?? null;
  return {
    ...common,
    id: id ?? said.first(['sku']) ?? common.id,
    price: said.first(['price']) ?? common.price,
    oldPrice: said.first(['compare_at_price']) ?? common.oldPrice,
    vendorCode: said.first(['sku']),
    barcode: said.first(['barcode']),
    available: said.first(['available']) ?? common.available,
    pictures: picture === null ? common.pictures : [picture, ...common.pictures],
    params: [...common.params, ...optionsOf(said, product)],
  };
}

function optionsOf(said: Fields, product: Fields): Param[] {
  const names = product.all(['options']).map((option) => new Fields(option).first(['name']) ?? '');
  return names.flatMap((name, at) => {
    const value = said.first([`option${at + 1}`]);
    return name === '' || value === null || value === 'Default Title' ? [] : [{ name, value, unit: null }];
  });
}
