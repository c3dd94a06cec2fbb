// A feed that is given to us in place of being fetched: by a merchant's hand, or by the shop's own system.
import type { ErrorBody, Result, ShopId } from '@winback/domain';
import { feedLimits, newToken, ok, refuse } from '@winback/domain';
import type { Env } from './env.ts';
import { storeRaw } from './feed-files.ts';

export interface Refusal {
  status: 400 | 413 | 415;
  body: ErrorBody;
}

const most = `${feedLimits.uploadBytes / 1_000_000} MB`;
const tooLarge: Refusal = {
  status: 413,
  body: {
    code: 'too-large',
    message: `a feed has at most ${most}: pack it with gzip, or let us fetch it by its address`,
  },
};
const empty: Refusal = {
  status: 400,
  body: { code: 'empty', message: 'the request has no body: send the feed’s file itself as the body' },
};
const aForm: Refusal = {
  status: 415,
  body: {
    code: 'a-form',
    message: 'this is a form with a file in it: send the file itself as the body (curl --data-binary @feed.xml)',
  },
};

/** Stores the body of a request as it comes and asks for its import. Whether it is a feed, the import says. */
export async function takeGivenFeed(
  env: Env,
  shop: ShopId,
  request: Request,
  origin: 'upload' | 'push',
): Promise<Result<{ import: string }, Refusal>> {
  const contentType = request.headers.get('content-type');
  if (contentType?.startsWith('multipart/')) return refuse(aForm);
  if (Number(request.headers.get('content-length')) > feedLimits.uploadBytes) return refuse(tooLarge);
  if (!request.body) return refuse(empty);
  const id = newToken();
  const stored = await storeRaw(
    env.LAKE,
    { shop, import: id },
    {
      body: request.body,
      // What curl says of any body says nothing.
      contentType: contentType === 'application/x-www-form-urlencoded' ? null : contentType,
      contentEncoding: request.headers.get('content-encoding'),
    },
  );
  if (!stored.ok) return refuse(stored.because === 'empty' ? empty : tooLarge);
  return ok(await env.SHOP.getByName(shop).importNow({ shop, origin, import: id }));
}
