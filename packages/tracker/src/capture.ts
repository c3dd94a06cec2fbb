// Hears addresses in the shop's own forms, as the merchant allowed: in forms that were named, in any e-mail field. Never where
// a password is asked for. An address is a candidate; only the shop's own box, ticked in a form that was sent, is an agreement.
import { inTab } from './keep.ts';
import type { Fields } from './queue.ts';

const secret = '[type=password],[autocomplete*=password]';
const address = 'input:is([type=email],[autocomplete~=email],[name*=mail i])';

/** Listens; `identify` is told of each address once in this tab's life, and once more when its owner agrees. */
export function capture(identify: (fields: Fields) => void): void {
  const { anyField, forms } = WB.capture;
  if (!anyField && !forms[0]) return;
  const hear = (field: HTMLInputElement | null | undefined, consent: boolean, source: string) => {
    const email = field?.value.trim() ?? '';
    const name = `h.${email}.${consent}`;
    if (!/^\S+@\S+\.\S+$/.test(email) || inTab.get(name)) return;
    inTab.put(name, '1');
    identify({ email, consent, source });
  };
  const heard = ({ type, target }: Event) => {
    if (!(target instanceof Element)) return;
    const around = target.closest('form');
    if ((around ?? document).querySelector(secret)) return;
    for (const { form, consentBox, source } of forms) {
      const root = target.closest(form);
      const box = type === 'submit' && consentBox ? root?.querySelector<HTMLInputElement>(consentBox) : null;
      hear(root?.querySelector<HTMLInputElement>(address), box?.checked === true, source);
      if (root) return;
    }
    if (anyField) hear(target.closest<HTMLInputElement>(address), false, 'capture');
  };
  addEventListener('change', heard, true);
  addEventListener('submit', heard, true);
}
