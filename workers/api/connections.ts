// The shop's other systems: what to type into each, and which of them have been heard. A secret goes in and never comes out.
import type { ConnectionRow } from '@winback/db';
import { connectionTo, dropConnection, listConnections, putConnection } from '@winback/db';
import type { Connection, ErrorBody, Platform, ShopId } from '@winback/domain';
import {
  connectionListSchema,
  connectionPutSchema,
  connectionSchema,
  platformKinds,
  platformSchema,
  platforms,
} from '@winback/domain';
import { Hono } from 'hono';
import { gtmTemplate, shopifyPixel, wooCommercePlugin } from '../connectors.gen.ts';
import { answers, takes } from '../described.ts';
import type { Env } from '../env.ts';
import { databaseOf, settingsOf } from '../env.ts';
import { seal, unseal } from '../sealed.ts';
import type { ShopEnv } from './access.ts';
import { refused } from './access.ts';

const noPlatform: ErrorBody = { code: 'no-such-platform', message: `a platform is one of ${platforms.join(', ')}` };
const noSecret: ErrorBody = {
  code: 'no-secret',
  message: 'secret: paste the secret that the platform signs its messages with',
  problems: [
    { path: 'secret', code: 'missing', message: 'paste the secret that the platform signs its messages with' },
  ],
};
const takesNone: ErrorBody = {
  code: 'takes-no-secret',
  message: 'this platform signs nothing: it needs no secret of its own',
};

export const connections = new Hono<ShopEnv>()
  .get('/connections', answers('The shop’s other systems.', connectionListSchema), async (c) => {
    const rows = await listConnections(databaseOf(c.env), c.var.shop);
    const known = new Map(rows.map((row) => [row.platform, row]));
    const all = platforms.map((platform) => connectionOf(c.env, c.var.shop, platform, known.get(platform) ?? null));
    return c.json({ rows: await Promise.all(all) });
  })
  .put(
    '/connections/:platform',
    answers('Connects a platform, or changes its secret or its options.', connectionSchema),
    takes('json', connectionPutSchema),
    async (c) => {
      const platform = platformSchema.safeParse(c.req.param('platform'));
      if (!platform.success) return refused(c, 404, noPlatform);
      const { secret, options } = c.req.valid('json');
      const signed = platformKinds[platform.data] === 'signed';
      const db = databaseOf(c.env);
      const { shop } = c.var;
      if (!signed && secret !== undefined) return refused(c, 400, takesNone);
      if (signed && secret === undefined && !(await connectionTo(db, shop, platform.data)))
        return refused(c, 400, noSecret);
      const sealed = secret === undefined ? null : await seal(c.env, { shop, platform: platform.data }, secret);
      await putConnection(db, shop, { platform: platform.data, sealed, options: options ?? null, now: Date.now() });
      return c.json(await connectionOf(c.env, shop, platform.data, await connectionTo(db, shop, platform.data)));
    },
  )
  .delete(
    '/connections/:platform',
    answers('Disconnects a platform and forgets its secret.', connectionSchema),
    async (c) => {
      const platform = platformSchema.safeParse(c.req.param('platform'));
      if (!platform.success) return refused(c, 404, noPlatform);
      await dropConnection(databaseOf(c.env), c.var.shop, platform.data);
      return c.json(await connectionOf(c.env, c.var.shop, platform.data, null));
    },
  )
  .get('/connections/:platform/file', (c) => {
    const file = fileFor(c.req.param('platform'));
    if (!file) return refused(c, 404, { code: 'no-file', message: 'this platform needs no file of ours' });
    const text = filledIn(file.text, settingsOf(c.env).PUBLIC_URL.replace(/\/$/, ''), c.var.shop);
    c.header('content-type', 'text/plain; charset=utf-8');
    c.header('content-disposition', `attachment; filename="${file.name}"`);
    return c.body(text);
  });

async function connectionOf(
  env: Env,
  shop: ShopId,
  platform: Platform,
  row: ConnectionRow | null,
): Promise<Connection> {
  return {
    platform,
    kind: platformKinds[platform],
    address: addressFor(settingsOf(env).PUBLIC_URL.replace(/\/$/, ''), platform, shop),
    state: row ? await stateOf(env, { shop, platform }, row) : 'none',
    connectedAt: row?.createdAt ?? null,
    options: row?.options ?? { consentTrait: null },
    last: row?.last ?? null,
  };
}

async function stateOf(
  env: Env,
  place: { shop: ShopId; platform: Platform },
  { sealed }: ConnectionRow,
): Promise<Connection['state']> {
  if (platformKinds[place.platform] !== 'signed') return 'connected';
  return (await unseal(env, place, sealed)).ok ? 'connected' : 'unreadable';
}

function addressFor(publicUrl: string, platform: Platform, shop: ShopId): string {
  if (platform === 'segment') return `${publicUrl}/v1`;
  if (platform === 'google-tag-manager') return `${publicUrl}/datalayer.js?shop=${shop}`;
  return `${publicUrl}/hooks/${platform}/${shop}`;
}

function fileFor(platform: string): { name: string; text: string } | null {
  if (platform === 'shopify') return { name: 'winback-pixel.js', text: shopifyPixel };
  if (platform === 'woocommerce') return { name: 'winback.php', text: wooCommercePlugin };
  return platform === 'google-tag-manager' ? { name: 'winback.tpl', text: gtmTemplate } : null;
}

/** The file with this shop's address and id in place of the examples; both are written as whole strings there. */
function filledIn(text: string, address: string, shop: ShopId): string {
  return text
    .replaceAll(
      /(['"])https:\/\/mail\.your-shop\.example(?=\1|\/(?:t|datalayer)\.js\*)/g,
      (_all, quote) => `${quote}${address}`,
    )
    .replaceAll(/(['"])your-shop\1/g, (_all, quote) => `${quote}${shop}${quote}`);
}
