// The mailbox's pages: the list, one letter as HTML, as text and as it came. Letters are shown in a frame that may do
// nothing, as a mail client would.
import { Hono } from 'hono';
import { html, raw } from 'hono/html';
import type { Email } from 'postal-mime';
import type { Letters, StoredLetter } from './letters.ts';
import { parsed } from './letters.ts';
import { style } from './style.ts';

export function mailboxApp(letters: Letters): Hono {
  const app = new Hono();
  app.get('/', async (c) => c.html(await mailboxPage(letters, null)));
  app.get('/letters/:id', async (c) => {
    const letter = letters.byId(c.req.param('id'));
    return letter ? c.html(await mailboxPage(letters, letter)) : c.notFound();
  });
  app.get('/letters/:id/html', async (c) => {
    const letter = letters.byId(c.req.param('id'));
    if (!letter) return c.notFound();
    const mail = await parsed(letter);
    c.header(
      'content-security-policy',
      "default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    );
    return c.html((mail.html ?? '').replace(/<head([^>]*)>/i, '<head$1><base target="_blank">'));
  });
  app.get('/letters/:id/raw', (c) => {
    const letter = letters.byId(c.req.param('id'));
    return letter ? c.text(letter.raw) : c.notFound();
  });
  app.get('/api/count', (c) => c.json({ count: letters.all().length }));
  app.get('/api/letters', async (c) => {
    const list = await Promise.all(
      letters
        .all()
        .map(async (letter) => ({ ...(await summary(letter)), to: letter.to, at: letter.at, id: letter.id })),
    );
    return c.json(list);
  });
  return app;
}

async function summary(letter: StoredLetter) {
  const mail = await parsed(letter);
  return {
    subject: mail.subject ?? '',
    from: mail.from?.name || (mail.from?.address ?? ''),
    messageId: mail.messageId ?? '',
    html: mail.html ?? '',
    text: mail.text ?? '',
    headers: mail.headers,
  };
}

async function mailboxPage(letters: Letters, open: StoredLetter | null) {
  const all = letters.all();
  const rows = await Promise.all(all.slice(0, 200).map(async (letter) => ({ letter, mail: await summary(letter) })));
  const list = html`<nav aria-label="Letters"><ol>${rows.map(
    ({ letter, mail }) =>
      html`<li><a href="/letters/${letter.id}" ${open?.id === letter.id ? raw('aria-current="true"') : ''}><b>${mail.from}</b><time>${timeOf(letter.at)}</time><span>${mail.subject}</span><small>to ${letter.to}</small></a></li>`,
  )}</ol></nav>`;
  const empty = html`<div class="empty"><h2>No letters yet</h2><p>Put something into the cart of the demo store, leave your address at the checkout with the box ticked, and wait one minute. This page looks again by itself.</p></div>`;
  const opened = open ? letterView(open, await parsed(open)) : html`<div class="empty"><h2>Choose a letter</h2></div>`;
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Mailbox (${all.length})</title><link rel="icon" href="data:,"><style>${raw(style)}</style><script>${raw(lookAgain)}</script></head>
<body class="${open ? 'reading' : ''}"><header><a href="/"><h1>Mailbox</h1></a><span>${all.length} letter${all.length === 1 ? '' : 's'}</span></header><main>${all.length === 0 ? empty : html`${list}${opened}`}</main></body></html>`;
}

function letterView(letter: StoredLetter, mail: Email) {
  return html`<article><header><h2>${mail.subject}</h2><p>${mail.from?.name} &lt;${mail.from?.address}&gt; to ${letter.to}, ${timeOf(letter.at)}</p></header>
<iframe title="The letter" src="/letters/${letter.id}/html" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>
<details><summary>The text part</summary><pre>${mail.text ?? ''}</pre></details>
<details><summary>As it came</summary><p><a href="/letters/${letter.id}/raw">the whole message</a></p><pre>${mail.headers.map((header) => `${header.key}: ${header.value}`).join('\n')}</pre></details></article>`;
}

/** Loads the page anew when a letter came. */
const lookAgain = `
let known;
setInterval(async () => {
  const count = (await (await fetch('/api/count')).json()).count;
  if (known !== undefined && count !== known) location.reload();
  known = count;
}, 2000);`;

function timeOf(at: number): string {
  return new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' }).format(at);
}
