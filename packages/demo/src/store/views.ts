// What the store's pages show.
import { html, raw } from 'hono/html';
import type { CartLine } from './cart.ts';
import { totalOf } from './cart.ts';
import type { Category, Product } from './catalogue.ts';
import { categories, euros, products } from './catalogue.ts';
import type { Html } from './page.ts';

function price(product: Product): Html {
  return html`<span class="price">${euros(product.price)}${product.oldPrice === null ? '' : html`<s>${euros(product.oldPrice)}</s>`}</span>`;
}

function shelf(list: readonly Product[]): Html {
  return html`<ul class="grid">${list.map(
    (product) =>
      html`<li><a class="card" href="/p/${product.id}"><img src="/pictures/${product.id}.png" alt="" width="480" height="480" loading="lazy"><b>${product.name}</b><small>${product.brand}</small><div>${price(product)}${product.inStock ? '' : html` <span class="out">Sold out</span>`}</div></a></li>`,
  )}</ul>`;
}

export function home(): Html {
  const chosen = [0, 9, 18, 27, 36, 45, 54, 63].flatMap((at) => products[at] ?? []);
  return html`<div class="hero"><div><h1>Out for longer than you planned.</h1><p>Tents, packs and warm things from six small workshops. Made to be mended, sold by people who sleep in them.</p><a class="btn" href="/c/tents">See the tents</a></div><img src="/pictures/hero.png" alt="A tent on a hill above a lake of mist" width="900" height="900"></div>
<section class="w"><div class="hd"><h2>Departments</h2></div><ul class="grid">${categories.map((category) => html`<li><a class="card" href="/c/${category.id}"><img src="/pictures/${category.id}.png" alt="" width="480" height="480" loading="lazy"><b>${category.name}</b><small>${category.words}</small></a></li>`)}</ul></section>
<section class="w"><div class="hd"><h2>People come back for these</h2></div>${shelf(chosen)}</section>`;
}

export function categoryPage(category: Category): Html {
  return html`<div class="w plain"><h1>${category.name}</h1><p class="mute">${category.words}</p>${shelf(products.filter((product) => product.category === category.id))}</div>`;
}

export function productPage(product: Product): Html {
  const others = products.filter((other) => other.category === product.category && other.id !== product.id).slice(0, 4);
  return html`<div class="w product"><img src="/pictures/${product.id}.png" alt="${product.name}" width="480" height="480">
<div><p class="mute" style="margin:0">${product.brand}</p><h1>${product.name}</h1><p class="price">${price(product)}</p><p>${product.words}</p>
<div class="row"><form method="post" action="/cart/add"><input type="hidden" name="product" value="${product.id}"><button ${product.inStock ? '' : raw('disabled')}>${product.inStock ? 'Add to cart' : 'Sold out'}</button></form>
<button class="quiet" type="button" onclick="winback('wish',{products:['${product.id}'],change:'add'});this.textContent='On your wish list'">Wish for it</button>${product.inStock ? '' : tellMe(product)}</div></div></div>
<section class="w"><div class="hd"><h2>Beside it on the shelf</h2></div>${shelf(others)}</section>`;
}

function tellMe({ id }: Product): Html {
  return html`<button class="quiet" type="button" onclick="winback('watch',{change:'add',waitsFor:'back-in-stock',products:['${id}']});this.textContent='We will write'">Tell me when it is back</button>`;
}

export function searchPage(query: string, found: readonly Product[]): Html {
  const words =
    found.length === 0 ? 'Nothing by that name. Try a kind of thing: tent, mug, boots.' : `${found.length} found`;
  return html`<div class="w plain"><h1>“${query}”</h1><p class="mute">${words}</p>${shelf(found)}</div>`;
}

export function cartPage(lines: readonly CartLine[]): Html {
  if (lines.length === 0)
    return html`<div class="w plain"><h1>Your cart is empty</h1><p><a class="btn" href="/">Look around</a></p></div>`;
  return html`<div class="w plain"><h1>Your cart</h1>${linesTable(lines, 'change')}
<div class="row"><a class="btn" href="/checkout">Checkout</a><form method="post" action="/cart/empty"><button class="quiet">Empty the cart</button></form></div></div>`;
}

function linesTable(lines: readonly CartLine[], use: 'change' | 'read'): Html {
  const remove = (id: string) =>
    html`<td class="n"><form method="post" action="/cart/remove"><input type="hidden" name="product" value="${id}"><button class="quiet">Remove</button></form></td>`;
  return html`<table><tbody>${lines.map(
    ({ product, quantity }) =>
      html`<tr><td style="width:88px"><img src="/pictures/${product.id}.png" alt="" width="72" height="72"></td><td><a href="/p/${product.id}">${product.name}</a><br><small class="mute">${product.brand}</small></td><td class="n">${quantity} × ${euros(product.price)}</td>${use === 'change' ? remove(product.id) : ''}</tr>`,
  )}</tbody><tfoot><tr><td></td><td>Together</td><td class="n">${euros(totalOf(lines))}</td>${use === 'change' ? raw('<td></td>') : ''}</tr></tfoot></table>`;
}

/** The address is told as soon as it is typed, with the box as it stands: who leaves here can be written to if they agreed. */
const tellAddress = `
const form = document.getElementById('checkout');
let told = '';
form.addEventListener('change', () => {
  const email = form.email.value.trim(), consent = form.consent.checked, name = form.name.value.trim();
  const now = email + consent;
  if (!form.email.checkValidity() || !email || now === told) return;
  told = now;
  winback('identify', { email, consent, source: 'checkout', ...(name ? { name } : {}) });
});`;

export function checkoutPage(lines: readonly CartLine[]): Html {
  if (lines.length === 0) return cartPage(lines);
  return html`<div class="w plain"><h1>Checkout</h1>${linesTable(lines, 'read')}
<form class="form" id="checkout" method="post" action="/checkout">
<label><span>Name</span><input type="text" name="name" autocomplete="name"></label>
<label><span>E-mail</span><input type="email" name="email" required autocomplete="email" placeholder="you@home.example"></label>
<label class="check"><input type="checkbox" name="consent" value="yes"><span style="font-weight:400">Write to me about my cart and things that suit me. I can leave with one click.</span></label>
<div><button>Buy for ${euros(totalOf(lines))}</button></div><small class="mute">Nothing is charged and nothing is sent: this store is a demo.</small></form></div>
<script>${raw(tellAddress)}</script>`;
}

export function thanksPage(order: string): Html {
  return html`<div class="w plain"><h1>Thank you</h1><p>Your order <b>${order}</b> is on its way, or would be if this were a real store.</p><p><a class="btn" href="/">Back to the store</a></p></div>`;
}

export function newsletterPage(): Html {
  return html`<div class="w plain"><h1>You are on the list</h1><p>We write when something good comes in. Every letter has a link to leave.</p><p><a class="btn" href="/">Back to the store</a></p></div>`;
}

/** Where the shop's people change what a product costs and whether there is any. */
export function backRoomPage(said: string): Html {
  const rows = products.map(
    ({ id, name, price: cents, inStock }) =>
      html`<tr><td><a href="/p/${id}">${name}</a></td><td><form class="row" method="post" action="/back-room"><input type="hidden" name="product" value="${id}"><input type="text" name="price" size="6" style="width:6rem" inputmode="decimal" aria-label="Price of ${name}" value="${cents / 100}"><label class="check"><input type="checkbox" name="inStock" value="yes" aria-label="${name} is in stock" ${inStock ? raw('checked') : ''}><span>in stock</span></label><button class="quiet" aria-label="Keep ${name}">Keep</button></form></td></tr>`,
  );
  return html`<div class="w plain"><h1>The back room</h1><p class="mute" role="status">${said || 'What is changed here stands in the feed at once, and lasts until the store is started again.'}</p><table><tbody>${rows}</tbody></table></div>`;
}
