// What the Worker reaches over HTTP: the shop's feed, and the harness's ear for checkpoints.
import { createServer } from 'node:http';

export const products = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7', 'p8'] as const;
/** Of each product, in major units. */
export const price = 12.5;

export interface Outside {
  origin: string;
  /** From now on the feed has these offers. */
  serve(offers: readonly FeedOffer[]): void;
  close(): void;
}

export interface FeedOffer {
  id: string;
  price: number;
  available: boolean;
}

/** `reached` answers false where the Worker is dead: then it hears nothing. */
export function openOutside(port: number, reached: (point: string) => boolean): Promise<Outside> {
  const origin = `http://127.0.0.1:${port}`;
  let offers: readonly FeedOffer[] = products.map((id) => ({ id, price, available: true }));
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', origin);
    if (pathname === '/feed.yml') {
      response.setHeader('content-type', 'application/xml');
      response.end(feedOf(origin, offers));
      return;
    }
    const point = /^\/checkpoint\/(.+)$/.exec(pathname)?.[1];
    if (point && !reached(decodeURIComponent(point))) return;
    response.statusCode = 204;
    response.end();
  });
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () =>
      resolve({
        origin,
        serve: (others) => {
          offers = others;
        },
        close: () => {
          server.closeAllConnections();
          server.close();
        },
      }),
    );
  });
}

function feedOf(origin: string, offers: readonly FeedOffer[]): string {
  const lines = offers.map(
    ({ id, price: of, available }) =>
      `<offer id="${id}" available="${available}"><url>${origin}/p/${id}</url><price>${of}</price><currencyId>EUR</currencyId>
       <categoryId>1</categoryId><picture>${origin}/${id}.png</picture><name>Product ${id}</name></offer>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?><yml_catalog date="2026-11-01"><shop><name>Shop</name><url>${origin}</url>
    <currencies><currency id="EUR" rate="1"/></currencies><categories><category id="1">All</category></categories>
    <offers>${lines.join('\n')}</offers></shop></yml_catalog>`;
}
