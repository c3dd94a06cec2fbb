// Hears addresses in the shop's own forms, as the merchant allowed: in forms that were named, in any e-mail field. Never where
// a password is asked for. An address is a candidate; only the shop's own box, ticked in a form that was sent, is an agreement.
import { level } from './consent.ts';
import { inTab } from './keep.ts';
import type { Fields } from './queue.ts';
import { warn } from './send.ts';

const secret = '[type=password],[autocomplete*=password]';
const address = 'input:is([type=email],[autocomplete~=email],[name*=mail i])';

/** Listens; `identify` is told of each address once in this tab's life, and once more when its owner agrees. */
export function capture(identify: (fields: Fields) => void): void {
  const { anyField, forms } = WB.capture;
  if (!anyField && !forms[0]) return;
  const hear = (field: HTMLInputElement | null | undefined, consent: boolean, source: string) => {
    const email = field?.value.trim() ?? '';
    const name = `h.${email}.${consent}`;
    if (!/^\S+@\S+\.\S+$/.test(email) || (field?.form ?? document).querySelector(secret) || inTab.get(name)) return;
    inTab.put(name, '1');
    identify({ email, consent, source });
  };
  const heard = ({ type, target }: Event) => {
    if (!(target instanceof Element) || !level()) return;
    for (const { form, consentBox, source } of forms) {
      const root = target.closest(form);
      const box = type === 'submit' && consentBox ? root?.querySelector<HTMLInputElement>(consentBox) : null;
      hear(root?.querySelector<HTMLInputElement>(address), box?.checked === true, source);
      if (root) return;
    }
    if (anyField) hear(target.closest<HTMLInputElement>(address), false, 'capture');
  };
  const safely = (event: Event) => {
    try {
      heard(event);
    } catch (error) {
      warn(error); // a selector that is none
    }
  };
  addEventListener('change', safely, true);
  addEventListener('submit', safely, true);
}
