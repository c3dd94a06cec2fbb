// The form as elements: a dialog or a section, labelled, with its own errors beside what is wrong.
import type { Design, FormConfig } from './design.ts';
import { inkOn, words } from './design.ts';
import { style } from './style.ts';

function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string>,
  ...inside: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  const node: HTMLElement = made;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...inside);
  return made;
}

/** Sets the looks of a shadow root; browsers without constructed sheets get an element. */
function dress(root: ShadowRoot, color: string): void {
  const sheet = `:host{--brand:${color};--on-brand:${inkOn(color)}}${style}`;
  const made = new CSSStyleSheet();
  if (!('replaceSync' in made)) return void root.append(element('style', {}, sheet));
  made.replaceSync(sheet);
  root.adoptedStyleSheets = [made];
}

/** One field with the place of its complaint. `isGood` is asked when the form is sent. */
function field(input: HTMLInputElement, complaint: string, isGood: () => boolean) {
  const bad = element('p', { class: 'bad', id: `${input.id}-bad`, hidden: '' }, complaint);
  const check = (): boolean => {
    const good = isGood();
    bad.hidden = good;
    input.setAttribute('aria-invalid', String(!good));
    if (good) input.removeAttribute('aria-describedby');
    else input.setAttribute('aria-describedby', bad.id);
    return good;
  };
  return { input, bad, check };
}

/** What the shopper fills in. `sent` is told of an address whose box is ticked. */
function fieldsOf(form: Design, language: FormConfig['language'], sent: (email: string) => void): HTMLFormElement {
  const say = words[language];
  const input = element('input', { type: 'email', id: 'email', name: 'email', autocomplete: 'email', required: '' });
  const tick = element('input', { type: 'checkbox', id: 'agree', required: '' });
  const email = field(input, say.address, () => input.validity.valid && /\.\S+$/.test(input.value));
  const agree = field(tick, say.agree, () => tick.checked);
  const made = element(
    'form',
    { novalidate: '' },
    element('label', { for: 'email' }, say.email, input),
    email.bad,
    element('label', { for: 'agree', class: 'box' }, tick, element('span', {}, form.agreement)),
    agree.bad,
    element('button', { class: 'send' }, form.button),
  );
  made.addEventListener('submit', (event) => {
    event.preventDefault();
    const wrong = [email, agree].filter((one) => !one.check());
    if (wrong[0]) return wrong[0].input.focus();
    sent(input.value.trim());
  });
  return made;
}

/** Tab goes round inside: the page behind is not there while the dialog is. */
function keepTabInside(dialog: HTMLElement, root: ShadowRoot): void {
  dialog.addEventListener('keydown', (event) => {
    if (event.key !== 'Tab') return;
    const stops = [...dialog.querySelectorAll<HTMLElement>('input,button')];
    const first = stops[0];
    const last = stops[stops.length - 1];
    const [edge, other] = event.shiftKey ? [first, last] : [last, first];
    if (root.activeElement !== edge && stops.some((stop) => stop === root.activeElement)) return;
    event.preventDefault();
    other?.focus();
  });
}

/** Draws into a shadow root, in place of what was there. Answers the outermost element: a dialog, not yet open, or a section. */
export function draw(
  root: ShadowRoot,
  { form, color, language, mustConfirm }: Omit<FormConfig, 'designers'>,
  sent: (email: string) => void,
): HTMLElement {
  const title = element('h2', { id: 'title' }, form.title);
  const text = element('p', { id: 'text' }, form.text);
  const attributes = { 'aria-labelledby': 'title', ...(form.text ? { 'aria-describedby': 'text' } : {}) };
  const frame =
    form.kind === 'popup' ? element('dialog', { ...attributes, class: form.place }) : element('section', attributes);
  const fields = fieldsOf(form, language, (email) => {
    sent(email);
    const attributes = { class: 'thanks', role: 'status', tabindex: '-1' };
    const inbox = mustConfirm ? [element('strong', {}, words[language].inbox)] : [];
    const thanks = element('p', attributes, form.thanks, ...inbox);
    text.remove();
    fields.replaceWith(thanks);
    thanks.focus();
  });
  frame.append(title, ...(form.text ? [text] : []), fields);
  if (frame instanceof HTMLDialogElement) {
    const close = element('button', { class: 'close', type: 'button', 'aria-label': words[language].close }, '×');
    close.addEventListener('click', () => frame.close());
    frame.append(close);
    keepTabInside(frame, root);
  }
  dress(root, color);
  for (const old of root.querySelectorAll('dialog,section')) old.remove();
  root.append(frame);
  return frame;
}
