// The form as the dashboard's designer shows it: drawn at once, drawn again when the design changes, telling nobody anything.
import type { FormConfig } from './design.ts';
import { draw } from './draw.ts';

const page = `body{margin:0;padding:24px;min-height:100vh;box-sizing:border-box;background:#f4f4f2;font-family:system-ui,sans-serif}
@media (prefers-color-scheme:dark){body{background:#111}}`;

/** A design as a message brings it, laid over the one that is shown; anything else changes nothing. */
function changed(shown: FormConfig, message: unknown): FormConfig {
  if (typeof message !== 'object' || message === null) return shown;
  const { form, color } = message as Partial<FormConfig>;
  const isColor = typeof color === 'string' && /^#[0-9a-f]{6}$/i.test(color);
  return {
    ...shown,
    ...(typeof form === 'object' ? { form: { ...shown.form, ...form } } : {}),
    ...(isColor ? { color } : {}),
  };
}

export function preview(config: FormConfig, designers: readonly string[]): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(page);
  document.adoptedStyleSheets = [sheet];
  const root = document.body.appendChild(document.createElement('winback-form')).attachShadow({ mode: 'open' });
  let shown = config;
  const show = () => {
    const frame = draw(root, shown, () => undefined);
    // Not as a modal: that would take the focus from the words that the merchant is typing.
    if (!(frame instanceof HTMLDialogElement)) return;
    frame.setAttribute('open', '');
    Object.assign(frame.style, { position: 'fixed', inset: '0' }); // where a modal would stand
  };
  show();
  addEventListener('message', ({ origin, data }) => {
    if (!designers.includes(origin)) return;
    shown = changed(shown, data);
    show();
  });
}
