// The form that asks for an address. Promises: it opens at most once in a browser, never after a subscription, never where
// nothing is allowed, and never where it could not remember that it did; nothing is sent before the shopper ticked the box.
import { draw } from './draw.ts';
import { preview } from './preview.ts';

const inner = globalThis.winback?.w;
const { form } = WF;
const againMs = 3_000;
const knownAfterMs = 1_000;

function subscribe(email: string): void {
  globalThis.winback?.('subscribe', { email, consent: true, source: form.kind === 'popup' ? 'popup' : 'inline-form' });
}

/** Whether the shopper may be interrupted on this page. */
function mayOpen(): boolean {
  if (!inner?.level() || inner.kept.get('form')) return false;
  const { paths, onPhones } = form;
  return (
    (paths.length === 0 || paths.some((path) => location.pathname.startsWith(path))) && (onPhones || innerWidth > 599)
  );
}

/** Nobody looks, or somebody is typing. */
function isBusy(): boolean {
  return document.hidden || document.activeElement?.matches('input,textarea,select,[contenteditable]') === true;
}

function open(): void {
  if (!mayOpen()) return;
  if (isBusy()) return void setTimeout(open, againMs);
  if (!navigator.locks) return show();
  // Two windows count the same seconds: the one that gets the lock shows, and holds it until the other can know.
  const showAlone = async (lock: Lock | null) => {
    if (!lock || !mayOpen()) return;
    show();
    await new Promise((resolve) => setTimeout(resolve, knownAfterMs));
  };
  void navigator.locks.request('winback.form', { ifAvailable: true }, showAlone).catch(show);
}

function show(): void {
  if (!inner?.kept.put('form', '1')) return;
  const host = document.body.appendChild(document.createElement('winback-form'));
  const dialog = draw(host.attachShadow({ mode: 'open' }), WF, subscribe);
  if (!(dialog instanceof HTMLDialogElement)) return;
  dialog.addEventListener('close', () => host.remove());
  dialog.showModal();
}

/** `last first pages` of the session, as the tracker counts them. */
function session(): { first: number; pages: number } {
  const [, first = Date.now(), pages = 1] = (inner?.kept.get('session') ?? '').split(' ').map(Number);
  return { first, pages };
}

function standInPage(): void {
  if (!inner?.level()) return;
  for (const place of document.querySelectorAll('[data-winback-form]'))
    if (!place.shadowRoot) draw(place.attachShadow({ mode: 'open' }), WF, subscribe);
}

function waitToOpen(): void {
  const { afterSeconds, onPage, onExit } = form.opens;
  const openOnPage = () => {
    if (session().pages === onPage) open();
  };
  if (afterSeconds !== null) setTimeout(open, Math.max(0, session().first + afterSeconds * 1_000 - Date.now()));
  if (onExit)
    document.addEventListener('mouseout', ({ relatedTarget, clientY }) => {
      if (relatedTarget === null && clientY <= 0 && !isBusy()) open();
    });
  openOnPage();
  if (inner) inner.page = openOnPage;
}

function start(): void {
  if (WF.designers) return preview(WF, WF.designers);
  if (form.kind === 'popup') return waitToOpen();
  standInPage();
  if (inner) inner.page = standInPage;
}

start();
