// The shopper's cart, in a cookie: product ids and how many of each.
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Product } from './catalogue.ts';
import { productById } from './catalogue.ts';

export interface CartLine {
  product: Product;
  quantity: number;
}

const oneYear = 31_536_000;

export function cartOf(c: Context): CartLine[] {
  const lines = (getCookie(c, 'cart') ?? '').split('.').map((part) => part.split('-'));
  return lines.flatMap(([id = '', quantity]) => {
    const product = productById(id);
    return product ? [{ product, quantity: Math.min(99, Math.max(1, Number(quantity) || 1)) }] : [];
  });
}

/** Keeps the cart, and notes that it changed: the next page tells the tracker. */
export function keepCart(c: Context, lines: readonly CartLine[]): void {
  setCookie(c, 'cart', lines.map(({ product, quantity }) => `${product.id}-${quantity}`).join('.'), {
    path: '/',
    maxAge: oneYear,
    sameSite: 'Lax',
  });
  setCookie(c, 'cart-changed', '1', { path: '/', sameSite: 'Lax' });
}

/** True once after each change. */
export function cartChanged(c: Context): boolean {
  const changed = getCookie(c, 'cart-changed') === '1';
  if (changed) deleteCookie(c, 'cart-changed', { path: '/' });
  return changed;
}

export function withOneMore(lines: readonly CartLine[], product: Product): CartLine[] {
  const known = lines.find((line) => line.product.id === product.id);
  if (!known) return [...lines, { product, quantity: 1 }];
  return lines.map((line) => (line === known ? { ...line, quantity: Math.min(99, line.quantity + 1) } : line));
}

export function totalOf(lines: readonly CartLine[]): number {
  return lines.reduce((sum, { product, quantity }) => sum + product.price * quantity, 0);
}
