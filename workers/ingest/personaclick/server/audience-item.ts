// One person of `/import/audience`, in today's words and in those of 2013 (`{"id":"5","email":"a@b.co"}`).
import type { Arriving } from '@winback/db';
import { letterKinds } from '@winback/db';
import type { EmailAddress, PersonId, Result } from '@winback/domain';
import { newToken, ok, parseEmailAddress, refuse } from '@winback/domain';
import type { Params } from '../params.ts';
import { flagIn, isRecord, textIn, unwrapped } from '../params.ts';

const maxIdLength = 128;
const maxProfileLength = 8_000;

/** What is said elsewhere in `Arriving`, or is no fact about a person. */
const said = /^(id|email|phone|external_id|mobile_token|mobile_token_platform|(email|sms)_(bulk|chain|transactional))$/;

/** A person, or why they cannot be one. Kinds of letters that are not named stay as they are: an address alone agrees to nothing. */
export function arrivingOf(item: unknown): Result<Arriving, string> {
  if (!isRecord(item)) return refuse('this is not an object');
  const email = addressIn(item);
  if (email === null) return refuse('it has no e-mail address, or none that is one');
  const externalId = textIn(item, 'external_id') ?? textIn(item, 'id');
  if (externalId !== null && externalId.length > maxIdLength) return refuse('its id is longer than 128 characters');
  const name = [textIn(item, 'first_name'), textIn(item, 'last_name')].filter(Boolean).join(' ').slice(0, 120);
  const kinds = Object.fromEntries(
    letterKinds.flatMap((kind) => {
      const agreed = flagIn(item, `email_${kind}`);
      return agreed === null ? [] : [[kind, agreed]];
    }),
  );
  const phone = textIn(item, 'phone')?.slice(0, 32) ?? null;
  const id = newToken() as PersonId;
  return ok({ id, email, name: name || null, externalId, phone, kinds, profile: profileOf(item) });
}

/** An address of `/import/suppressed`: an item with one, or the bare text. */
export function addressOf(item: unknown): Result<EmailAddress, string> {
  const email = typeof item === 'string' ? parseEmailAddress(item) : isRecord(item) ? addressIn(item) : null;
  return email === null ? refuse('it has no e-mail address, or none that is one') : ok(email);
}

function addressIn(item: Params): EmailAddress | null {
  const text = textIn(item, 'email');
  return text === null ? null : parseEmailAddress(text);
}

/** What else is told, up to 8,000 characters. Names of the shop's own in `custom` stand beside the others. */
function profileOf(item: Params): Record<string, unknown> {
  const custom = unwrapped(item['custom']);
  const { custom: _custom, ...others } = item;
  const fields = new Map<string, unknown>();
  let length = 2;
  for (const [name, value] of Object.entries({ ...others, ...(isRecord(custom) ? custom : {}) })) {
    if (said.test(name) || !/^[a-z0-9_]{1,64}$/.test(name) || value === undefined || value === null || value === '')
      continue;
    const inner = unwrapped(value);
    const adds = name.length + JSON.stringify(inner).length + 4;
    if (length + adds > maxProfileLength) continue;
    length += adds;
    fields.set(name, inner);
  }
  return Object.fromEntries(fields);
}
