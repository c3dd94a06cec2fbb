// A feed that is given to us in place of being fetched: by a merchant's hand, or by the shop's own system.
import type { ErrorBody, Result, ShopId } from '@winback/domain';
import { feedLimits, newToken, ok, refuse } from '@winback/domain';
import type { Env } from './env.ts';
import { putRaw } from './feed-files.ts';

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
  { origin, maxBytes = feedLimits.uploadBytes }: { origin: 'upload' | 'push'; maxBytes?: number },
): Promise<Result<{ import: string }, Refusal>> {
  const contentType = request.headers.get('content-type');
  if (contentType?.startsWith('multipart/')) return refuse(aForm);
  if (Number(request.headers.get('content-length')) > maxBytes) return refuse(tooLarge);
  if (!request.body) return refuse(empty);
  const id = newToken();
  const facts = {
    origin,
    // What curl says of any body says nothing.
    contentType: contentType === 'application/x-www-form-urlencoded' ? null : contentType,
    contentEncoding: request.headers.get('content-encoding'),
    fileName: fileNameOf(request),
    validators: null,
  };
  try {
    await putRaw(env.LAKE, { shop, import: id, facts }, measured(request.body, maxBytes));
  } catch (error) {
    if (error instanceof Unfit) return refuse(error.refusal);
    throw error;
  }
  return ok(await env.SHOP.getByName(shop).importNow({ shop, origin, import: id }));
}

class Unfit extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.body.message);
    this.refusal = refusal;
  }
}

/** The same chunks; throws {@link Unfit} where there is none, or more than is taken. */
async function* measured(body: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new Unfit(tooLarge);
    yield chunk;
  }
  if (bytes === 0) throw new Unfit(empty);
}

/** As the merchant's computer calls it: `X-File-Name`, percent-encoded. */
function fileNameOf(request: Request): string | null {
  const said = request.headers.get('x-file-name');
  if (!said || !/^[\w%.()~!'*-]{1,600}$/.test(said)) return null;
  try {
    return decodeURIComponent(said)
      .replaceAll(/[\p{Cc}/\\]/gu, '')
      .slice(0, 200);
  } catch {
    return null; // not percent-encoded: it is a name only
  }
}
