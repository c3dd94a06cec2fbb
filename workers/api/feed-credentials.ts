// What becomes of the user name and the password when a merchant changes the feed's address, one of them, or nothing.
import type { ErrorBody, FeedPatch, FeedTestAsk, Result, ShopId } from '@winback/domain';
import { ok, refuse } from '@winback/domain';
import type { Env } from '../env.ts';
import type { Credentials } from '../feed-access.ts';
import { credentialsFor } from '../feed-access.ts';

interface Change {
  before: string | null;
  after: string | null;
  patch: FeedPatch;
}

type Kept = { url: string; credentials: Credentials | null };

/** The credentials to keep from now on. A password that was given for another origin is never taken along. */
export async function changedCredentials(
  env: Env,
  shop: ShopId,
  { before, after, patch }: Change,
): Promise<Result<Kept | 'same', ErrorBody>> {
  const said = patch.userName !== undefined || patch.password !== undefined;
  const sameOrigin = before !== null && after !== null && originOf(before) === originOf(after);
  if (!said && (sameOrigin || before === after)) return ok('same');
  if (after === null) return ok(before === null ? 'same' : { url: before, credentials: null });
  const stored = sameOrigin ? await credentialsFor(env, shop, after) : null;
  const userName = patch.userName === undefined ? (stored?.userName ?? null) : patch.userName;
  const password = patch.password === undefined ? (stored?.password ?? null) : patch.password;
  if (userName === null)
    return typeof patch.password === 'string' ? refuse(noUserName) : ok({ url: after, credentials: null });
  if (password === null)
    return typeof patch.userName === 'string' ? refuse(noPassword) : ok({ url: after, credentials: null });
  return ok({ url: after, credentials: { userName, password } });
}

/** What a test asks with: what was typed, and the stored password only where the address is of its origin. */
export async function credentialsForTest(env: Env, shop: ShopId, ask: FeedTestAsk): Promise<Credentials | null> {
  if (ask.userName === null || ask.password === null) return null;
  const stored = await credentialsFor(env, shop, ask.url);
  const userName = ask.userName ?? stored?.userName;
  const password = ask.password ?? stored?.password;
  return userName === undefined || password === undefined ? null : { userName, password };
}

function originOf(url: string): string {
  return new URL(url).origin;
}

const noUserName: ErrorBody = wrongAt('userName', 'write the user name that belongs to the password');
const noPassword: ErrorBody = wrongAt('password', 'write the password that belongs to the user name');

function wrongAt(path: string, message: string): ErrorBody {
  return { code: 'bad-request', message: `${path}: ${message}`, problems: [{ path, code: 'missing', message }] };
}
