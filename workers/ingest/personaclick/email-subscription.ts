// The shop's subscription form as the script of 2017 draws it: it asks by itself and posts `/subscriptions`. Later clients have no
// place for it: their popups have buttons and no field for an address. See docs/from-personaclick.md.
import { ownerOfDevice, subscriberById } from '@winback/db';
import type { SubscriptionForm, VisitorId } from '@winback/domain';
import { databaseOf } from '../../env.ts';
import type { WireCall, WireContext } from './call.ts';

/** That script opens by whichever comes first, and has no word for never. */
const never = { timer: 315_360_000, pager: 1_000_000, cursor: -1 };
/** Pixels below the upper edge where the pointer is on its way out. */
const exitPixels = 20;

/** `{settings, status}`; turned off where the form is, where it may not open on this page, or where this browser's owner has answered. */
export async function emailSubscriptionOf(c: WireContext, call: WireCall, visitor: VisitorId): Promise<object> {
  const { form } = call.settings;
  const status = await answerOf(c, call, visitor);
  const opens = form.on && form.kind === 'popup' && status === null && isWantedOn(c.req.raw, form);
  return { settings: opens ? settingsOf(form) : { enabled: false }, status };
}

/** What the browser's owner said to letters; null: nobody owns it, or nothing was said. */
async function answerOf(
  c: WireContext,
  { shop }: WireCall,
  visitor: VisitorId,
): Promise<'accepted' | 'declined' | null> {
  const db = databaseOf(c.env);
  const owner = await ownerOfDevice(db, shop, visitor);
  const consent = owner === null ? 'none' : (await subscriberById(db, shop, owner))?.consent;
  if (consent === 'subscribed') return 'accepted';
  return consent === 'unsubscribed' ? 'declined' : null;
}

/** The call does not say on which page it is made; browsers tell it only where the shop's policy lets them. */
function isWantedOn({ headers }: Request, { paths }: SubscriptionForm): boolean {
  if (paths.length === 0) return true;
  const page = headers.get('referer') ?? '';
  return URL.canParse(page) && paths.some((path) => new URL(page).pathname.startsWith(path));
}

function settingsOf({ opens, place, title, text, button, agreement, thanks }: SubscriptionForm): object {
  return {
    enabled: true,
    overlay: place === 'centre',
    header: title,
    text,
    button,
    agreement,
    successfully: thanks,
    remote_picture_url: '',
    timer: opens.afterSeconds ?? never.timer,
    pager: opens.onPage ?? never.pager,
    cursor: opens.onExit ? exitPixels : never.cursor,
    products: [],
    has_email: false,
  };
}
