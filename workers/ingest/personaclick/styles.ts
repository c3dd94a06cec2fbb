// Style sheets that pages of the original load: a modest one for blocks of recommendations, and none for what we do not make.
import { Hono } from 'hono';
import type { WireEnv } from './call.ts';

const blockStyles = `.recommender-block-title{font-weight:600;margin:0 0 .75em}
.recommended-items{display:flex;flex-wrap:wrap;gap:1em}
.recommended-item{flex:1 1 9em;max-width:14em}
.recommended-item-photo img{width:100%;aspect-ratio:1;object-fit:contain}
.recommended-item-price{font-weight:600}
`;

export const styles = new Hono<WireEnv>()
  .get('/shop_css/:id{.+\\.css}', () => sheet(blockStyles))
  .get('/popup_css/:id{.+\\.css}', () => sheet(''))
  .get('/webpush_popup_css/:id{.+\\.css}', () => sheet(''))
  .get('/reputation_css/:id{.+\\.css}', () => sheet(''));

function sheet(text: string): Response {
  return new Response(text, {
    headers: {
      'content-type': 'text/css; charset=utf-8',
      'cache-control': 'public, max-age=86400',
      'access-control-allow-origin': '*',
      'x-content-type-options': 'nosniff',
    },
  });
}
