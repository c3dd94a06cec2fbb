// The shop's logo: a PNG that the browser made of whatever was chosen, looked at again here, kept under a name made of its bytes.
import { writeSettings } from '@winback/db';
import type { ErrorBody } from '@winback/domain';
import { logoLimits, logoSchema } from '@winback/domain';
import type { Context } from 'hono';
import { Hono } from 'hono';
import { answers } from '../described.ts';
import { databaseOf, settingsOf } from '../env.ts';
import type { ShopEnv } from './access.ts';
import { refused } from './access.ts';

const noPng: ErrorBody = { code: 'no-png', message: 'the logo is sent as PNG, with content-type: image/png' };
const tooLarge: ErrorBody = {
  code: 'too-large',
  message: `a logo has at most ${logoLimits.maxBytes / 1_000} KB and ${logoLimits.maxPixels} pixels a side`,
};
const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const header = [0x49, 0x48, 0x44, 0x52];

export const logo = new Hono<ShopEnv>()
  .put('/settings/logo', answers('Keeps the shop’s logo, a PNG.', logoSchema), async (c) => {
    if (c.req.header('content-type') !== 'image/png') return refused(c, 415, noPng);
    if (Number(c.req.header('content-length') ?? 0) > logoLimits.maxBytes) return refused(c, 413, tooLarge);
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    const size = sizeOf(bytes);
    if (!size) return refused(c, 415, noPng);
    const { maxBytes, maxPixels } = logoLimits;
    if (bytes.byteLength > maxBytes || size.width > maxPixels || size.height > maxPixels)
      return refused(c, 413, tooLarge);
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    const name = [...digest.slice(0, 12)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const { shop } = c.var;
    await c.env.LAKE.put(`logos/${shop}/${name}.png`, bytes, { httpMetadata: { contentType: 'image/png' } });
    return c.json({
      logoUrl: await written(c, `${settingsOf(c.env).PUBLIC_URL.replace(/\/$/, '')}/logo/${shop}/${name}.png`),
    });
  })
  // Letters that were sent show the old one still: its file stays.
  .delete('/settings/logo', answers('Letters carry the shop’s name in place of a logo.', logoSchema), async (c) =>
    c.json({ logoUrl: await written(c, null) }),
  );

async function written(c: Context<ShopEnv>, logoUrl: string | null): Promise<string | null> {
  const { shop, record } = c.var;
  await writeSettings(databaseOf(c.env), shop, { ...record.settings, brand: { ...record.settings.brand, logoUrl } });
  return logoUrl;
}

/** Width and height as the file's header says; null: it is no PNG (W3C PNG §5.2, §11.2.1). */
function sizeOf(bytes: Uint8Array): { width: number; height: number } | null {
  const isPng =
    signature.every((byte, at) => bytes[at] === byte) && header.every((byte, at) => bytes[12 + at] === byte);
  if (!isPng || bytes.byteLength < 45) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  return width > 0 && height > 0 ? { width, height } : null;
}
