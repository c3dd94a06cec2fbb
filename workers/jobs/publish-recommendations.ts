// What shoppers looked at and bought together, scored and put where letters read it.
import { publishTogether } from '@winback/db';
import type { ShopId } from '@winback/domain';
import { togetherScore } from '@winback/engine/recommend';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';

const keptPerProduct = 20;

interface Neighbour {
  product: string;
  other: string;
  score: number;
}

export async function publishRecommendations(env: Env, shop: ShopId): Promise<void> {
  const { pairs, products } = await env.SHOP.getByName(shop).together();
  const seen = new Map(products.map((product) => [product.id, product]));
  const neighbours = pairs.flatMap(({ a, b, views, buys }): Neighbour[] => {
    const score = togetherScore({
      together: { views, buys },
      one: countsOf(seen.get(a)),
      other: countsOf(seen.get(b)),
    });
    return [
      { product: a, other: b, score },
      { product: b, other: a, score },
    ];
  });
  const rows = [...Map.groupBy(neighbours, (neighbour) => neighbour.product).values()].flatMap((list) =>
    list
      .sort((one, two) => two.score - one.score)
      .slice(0, keptPerProduct)
      .map((neighbour, rank) => ({ ...neighbour, rank })),
  );
  await publishTogether(databaseOf(env), shop, { neighbours: rows, products });
}

function countsOf(product: { views: number; buys: number } | undefined): { views: number; buys: number } {
  return { views: product?.views ?? 0, buys: product?.buys ?? 0 };
}
