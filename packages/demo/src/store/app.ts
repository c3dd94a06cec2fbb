// The demo storefront: home, category, product, search, cart, checkout, newsletter, feed and pictures.
import type { Context } from 'hono';
import { Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { z } from 'zod';
import { drawHero, drawProduct } from '../picture/draw.ts';
import { cartOf, keepCart, totalOf, withOneMore } from './cart.ts';
import { categories, productById, search, shelve } from './catalogue.ts';
import { feedOf } from './feed.ts';
import type { Places } from './page.ts';
import { storePage } from './page.ts';
import {
  backRoomPage,
  cartPage,
  categoryPage,
  checkoutPage,
  home,
  newsletterPage,
  productPage,
  searchPage,
  thanksPage,
} from './views.ts';

const shelfForm = z.object({
  product: z.string(),
  price: z.coerce.number().positive(),
  inStock: z.literal('yes').optional(),
});
const productForm = z.object({ product: z.string() });
const checkoutForm = z.object({ email: z.email(), name: z.string().default(''), consent: z.literal('yes').optional() });
const orderCookie = z.object({
  order: z.string(),
  email: z.string(),
  consent: z.boolean(),
  items: z.array(z.object({ product: z.string(), quantity: z.number(), price: z.number() })),
  total: z.number(),
});

export function storeApp(places: Places, newOrder: () => string): Hono {
  const app = new Hono();
  app.get('/', (c) => c.html(storePage(c, places, { title: 'Out for longer', body: home() })));
  app.get('/c/:id', (c) => {
    const category = categories.find((one) => one.id === c.req.param('id'));
    if (!category) return c.notFound();
    return c.html(
      storePage(c, places, {
        title: category.name,
        body: categoryPage(category),
        category: category.id,
        calls: [['category', { category: category.id }]],
      }),
    );
  });
  app.get('/p/:id', (c) => {
    const product = productById(c.req.param('id'));
    if (!product) return c.notFound();
    return c.html(
      storePage(c, places, {
        title: product.name,
        body: productPage(product),
        category: product.category,
        calls: [['view', { product: product.id }]],
      }),
    );
  });
  app.get('/search', (c) => {
    const query = (c.req.query('q') ?? '').trim().slice(0, 100);
    if (query === '') return c.redirect('/');
    return c.html(
      storePage(c, places, { title: query, body: searchPage(query, search(query)), calls: [['search', { query }]] }),
    );
  });
  addCart(app, places);
  addCheckout(app, places, newOrder);
  addBackRoom(app, places);
  addFiles(app);
  return app;
}

function addCart(app: Hono, places: Places): void {
  app.get('/cart', (c) => c.html(storePage(c, places, { title: 'Cart', body: cartPage(cartOf(c)) })));
  app.post('/cart/add', async (c) => {
    const form = productForm.safeParse(await c.req.parseBody());
    const product = form.success ? productById(form.data.product) : null;
    if (!product?.inStock) return c.text('There is no such product to buy.', 400);
    keepCart(c, withOneMore(cartOf(c), product));
    return c.redirect('/cart', 303);
  });
  app.post('/cart/remove', async (c) => {
    const form = productForm.safeParse(await c.req.parseBody());
    if (!form.success) return c.text('There is no such product.', 400);
    keepCart(
      c,
      cartOf(c).filter((line) => line.product.id !== form.data.product),
    );
    return c.redirect('/cart', 303);
  });
  app.post('/cart/empty', (c) => {
    keepCart(c, []);
    return c.redirect('/cart', 303);
  });
}

function addCheckout(app: Hono, places: Places, newOrder: () => string): void {
  app.get('/checkout', (c) => c.html(storePage(c, places, { title: 'Checkout', body: checkoutPage(cartOf(c)) })));
  app.post('/checkout', async (c) => {
    const form = checkoutForm.safeParse(await c.req.parseBody());
    const lines = cartOf(c);
    if (!form.success) return c.text('Write your address as name@home.example.', 400);
    if (lines.length === 0) return c.redirect('/cart', 303);
    const items = lines.map(({ product, quantity }) => ({ product: product.id, quantity, price: product.price / 100 }));
    const order = {
      order: newOrder(),
      email: form.data.email,
      consent: form.data.consent === 'yes',
      items,
      total: totalOf(lines) / 100,
    };
    setCookie(c, 'order', JSON.stringify(order), { path: '/', maxAge: 600, sameSite: 'Lax' });
    setCookie(c, 'cart', '', { path: '/', maxAge: 0 });
    return c.redirect('/thanks', 303);
  });
  app.get('/thanks', (c) => {
    const read = orderCookie.safeParse(jsonOf(getCookie(c, 'order')));
    if (!read.success) return c.redirect('/');
    const { order, email, consent, items, total } = read.data;
    const told: [string, object][] = [
      ['identify', { email, consent, source: 'checkout' }],
      ['purchase', { order, items, total, email }],
    ];
    return c.html(storePage(c, places, { title: 'Thank you', body: thanksPage(order), calls: told }));
  });
  app.post('/newsletter', async (c) => {
    const form = z.object({ email: z.email() }).safeParse(await c.req.parseBody());
    if (!form.success) return c.text('Write your address as name@home.example.', 400);
    return c.html(
      storePage(c, places, {
        title: 'Newsletter',
        body: newsletterPage(),
        calls: [['identify', { email: form.data.email, consent: true, source: 'newsletter' }]],
      }),
    );
  });
}

function addBackRoom(app: Hono, places: Places): void {
  const page = (c: Context, said: string) =>
    c.html(storePage(c, places, { title: 'Back room', body: backRoomPage(said) }));
  app.get('/back-room', (c) => page(c, ''));
  app.post('/back-room', async (c) => {
    const form = shelfForm.safeParse(await c.req.parseBody());
    if (!form.success) return c.text('Write the price as 19.90.', 400);
    const { product, price, inStock } = form.data;
    const kept = shelve(product, { price: Math.round(price * 100), inStock: inStock === 'yes' });
    return kept ? page(c, `${kept.name} is kept.`) : c.text('There is no such product.', 400);
  });
}

function addFiles(app: Hono): void {
  const drawn = new Map<string, Uint8Array<ArrayBuffer>>();
  app.get('/feed.yml', (c) =>
    c.body(feedOf(new URL(c.req.url).origin), 200, { 'content-type': 'application/xml; charset=utf-8' }),
  );
  app.get('/pictures/:file', (c) => {
    const id = c.req.param('file').replace(/\.png$/, '');
    const known = drawn.get(id) ?? picture(id);
    if (!known) return c.notFound();
    drawn.set(id, known);
    return c.body(known, 200, { 'content-type': 'image/png', 'cache-control': 'public, max-age=86400' });
  });
}

function picture(id: string): Uint8Array<ArrayBuffer> | null {
  const shown = productById(id) ?? categories.find((category) => category.id === id);
  if (id === 'hero') return new Uint8Array(drawHero());
  return shown ? new Uint8Array(drawProduct(shown.kind, shown.color)) : null;
}

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return null; // somebody edited the cookie
  }
}
