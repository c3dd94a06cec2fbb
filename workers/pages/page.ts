// The few pages that readers of letters see: one look, two languages, no script.
import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --ground: #f4f5f7; --mute: #59636e; --go: #0b5c6b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --paper: #1d2126; --ground: #121518; --mute: #a0a8b1; --go: #5cc3d6; } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 26rem; margin: 1rem; padding: 2rem; background: var(--paper); border-radius: 12px; }
h1 { margin: 0 0 .5rem; font-size: 1.35rem; line-height: 1.25; text-wrap: balance; }
p { margin: 0 0 1.25rem; color: var(--mute); }
button { font: inherit; font-weight: 600; padding: .7rem 1.2rem; border: 0; border-radius: 8px; background: var(--go); color: var(--paper); cursor: pointer; }
button.quiet { margin-top: 1rem; padding: .5rem 0; font-weight: 400; background: none; color: var(--mute); text-decoration: underline; }
a { color: var(--go); }
form + form, .other { margin: 1.25rem 0 0; }
label { display: flex; gap: .6rem; align-items: baseline; margin: 0 0 .75rem; }
input { accent-color: var(--go); }
fieldset { margin: 1.25rem 0; padding: 0; border: 0; }
legend { margin: 0 0 .6rem; padding: 0; font-weight: 600; }
button:focus-visible, a:focus-visible, input:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
`;

/** A page with one thing to say, and perhaps one thing to do. */
export function page(title: string, words: string, action: Html | '' = '', language = 'en'): Html {
  return html`<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${raw(style)}</style></head>
<body><main><h1>${title}</h1><p>${words}</p>${action}</main></body>
</html>`;
}
