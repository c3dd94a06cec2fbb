// The frame of every page of the store: head, navigation, foot, the tracker's snippet and this page's events.
import type { Context } from 'hono';
import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { cartChanged, cartOf } from './cart.ts';
import { categories } from './catalogue.ts';
import { style } from './style.ts';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

export interface Places {
  /** Where the tracker comes from and its events go to. */
  api: string;
  shop: string;
  mailbox: string;
}

/** An event as the snippet takes it. */
type TrackerCall = [type: string, fields: object];

export interface Page {
  title: string;
  body: Html;
  /** The category to mark in the navigation. */
  category?: string;
  calls?: TrackerCall[];
}

export function storePage(c: Context, places: Places, page: Page): Html {
  const lines = cartOf(c);
  const items = lines.map(({ product, quantity }) => ({ product: product.id, quantity, price: product.price / 100 }));
  const calls: TrackerCall[] = [
    ...(page.calls ?? []),
    ...(cartChanged(c) ? [['cart', { change: 'full', items }] satisfies TrackerCall] : []),
  ];
  const count = lines.reduce((sum, line) => sum + line.quantity, 0);
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${page.title} · Fjell &amp; Fern</title><link rel="icon" href="data:,"><style>${raw(style)}</style>
${snippet(places, calls)}</head>
<body>
<aside class="tell" aria-label="About this demo">A demo store. A cart that is left gets its letter after one minute here (one hour in a real shop): <a href="${places.mailbox}">open the mailbox</a>.</aside>
<header class="top"><div class="w"><a class="logo" href="/">Fjell <span>&amp;</span> Fern</a>
<nav aria-label="Departments">${categories.map((category) => html`<a href="/c/${category.id}" ${page.category === category.id ? raw('aria-current="page"') : ''}>${category.name}</a>`)}</nav>
<form action="/search" role="search"><input type="search" name="q" aria-label="Search the store" placeholder="Search"></form>
<a class="cart" href="/cart">Cart (<span data-cart-count>${count}</span>)</a></div></header>
<main>${page.body}</main>
<aside class="note" aria-label="Newsletter"><div class="w"><h2>A letter when something good comes in. No more than two a month.</h2><div><form method="post" action="/newsletter"><input type="email" name="email" required aria-label="E-mail address for the newsletter" placeholder="you@home.example" autocomplete="email"><button>Write to me</button></form><small>You agree to letters from Fjell &amp; Fern. Leave with one click.</small></div></div></aside>
<footer><div class="w">Fjell &amp; Fern, Harbour Street 12, Kiel. An invented shop that shows Winback. <a href="/back-room">Back room</a></div></footer>
</body></html>`;
}

/** The two lines that any shop pastes, and the calls of this page. */
function snippet({ api, shop }: Places, calls: readonly TrackerCall[]): Html {
  const made = calls.map((call) => `winback(${call.map((part) => JSON.stringify(part)).join(',')});`).join('');
  return html`<script>window.winback=window.winback||function(){(winback.q=winback.q||[]).push(arguments)}</script>
<script async src="${api}/t.js?shop=${shop}"></script>
<script>${raw(made.replaceAll('<', '\\u003c'))}</script>`;
}
