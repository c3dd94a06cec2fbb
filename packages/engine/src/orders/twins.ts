// Which order of the shop's system is which order of the storefront, where the two number them differently (Magento 2: the
// increment number in the browser, the row's number in exports). Said only where nothing else it could be.

export interface ToldOrder {
  id: string;
  side: 'server' | 'storefront';
  at: number;
  /** What was paid, in minor units; the lines may add up to less (delivery) or to more (a discount). */
  totalMinor: number;
  person: string | null;
  lines: readonly { product: string; quantity: number; priceMinor: number | null }[];
}

/** The two sides hear of an order within this time of each other. */
export const twinWithinMs = 3_600_000;

/**
 * The pairs that are surely one order: the same pieces of the same products, about the same time, about the same money, of no
 * two different people, and neither side has another order like it. `unitMinor`: minor units of one whole unit, by which
 * plugins that cut prices to whole numbers may be off for each piece.
 */
export function twinsAmong(orders: readonly ToldOrder[], unitMinor: number): { server: string; storefront: string }[] {
  const byPieces = Map.groupBy(orders, piecesOf);
  return [...byPieces.values()].flatMap((alike) => {
    const ours = alike.filter((order) => order.side === 'storefront');
    const theirs = alike.filter((order) => order.side === 'server');
    return theirs.flatMap((server) => {
      const [one, more] = ours.filter((order) => mayBe(server, order, unitMinor));
      if (!one || more) return [];
      const rivals = theirs.filter((other) => mayBe(other, one, unitMinor));
      return rivals.length === 1 ? [{ server: server.id, storefront: one.id }] : [];
    });
  });
}

function piecesOf({ lines }: ToldOrder): string {
  const pieces = new Map<string, number>();
  for (const { product, quantity } of lines) pieces.set(product, quantity + (pieces.get(product) ?? 0));
  return JSON.stringify([...pieces].sort(([one], [other]) => (one < other ? -1 : 1)));
}

function mayBe(server: ToldOrder, storefront: ToldOrder, unitMinor: number): boolean {
  if (Math.abs(server.at - storefront.at) > twinWithinMs) return false;
  if (server.person !== null && storefront.person !== null && server.person !== storefront.person) return false;
  const pieces = server.lines.reduce((sum, line) => sum + line.quantity, 0);
  const slack = unitMinor * (pieces + 1);
  return sumsOf(server).some((one) => sumsOf(storefront).some((other) => Math.abs(one - other) < slack));
}

function sumsOf({ totalMinor, lines }: ToldOrder): number[] {
  const known = lines.every((line) => line.priceMinor !== null);
  const lineSum = lines.reduce((sum, line) => sum + (line.priceMinor ?? 0) * line.quantity, 0);
  return known ? [totalMinor, lineSum] : [totalMinor];
}
