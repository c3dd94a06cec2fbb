import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { Env } from '../env.ts';
import type { Patience } from '../guarded-body.ts';
import { outboundFetch } from '../outbound-fetch.ts';
import { wayOut } from '../way-out.ts';

const privateHosts = [
  'localhost',
  'LOCALHOST',
  'localhost.',
  'shop.localhost',
  'intranet',
  'printer.local',
  'db.internal',
  'router.lan',
  'nas.home.arpa',
  '127.0.0.1',
  '127.1',
  '127.0.0.1.',
  '0.0.0.0',
  '0',
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '100.64.0.1',
  '169.254.169.254',
  '2852039166',
  '198.18.0.1',
  '192.0.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '[::1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:169.254.169.254]',
  '[64:ff9b::7f00:1]',
  '[fe80::1]',
  '[fc00::1]',
  '[fd12:3456::1]',
  '[ff02::1]',
  '[2001:db8::1]',
  '[2002:7f00:1::]',
  '[2001::1]',
  '[::127.0.0.1]',
  '[::ffff:7f00:1]',
  '[0:0:0:0:0:ffff:a9fe:a9fe]',
  '[fec0::1]',
  '[3fff::1]',
  '[100::1]',
  '[fd00:ec2::254]',
  '0x7f.1',
  '017700000001',
  '168.63.129.16',
  '100.100.100.200',
  '192.0.2.1',
  '240.0.0.1',
  'metadata.google.internal',
  'shop.corp',
  'router.home',
  'shop.localdomain',
  '1.0.0.127.in-addr.arpa',
];

interface Asked {
  urls: string[];
  inits: RequestInit[];
}

/** A world in which every address answers as told. */
function world(
  answer: (url: string) => Response,
): Asked & { fetch: (url: string, init: RequestInit) => Promise<Response> } {
  const asked: Asked = { urls: [], inits: [] };
  return {
    ...asked,
    fetch: async (url, init) => {
      asked.urls.push(url);
      asked.inits.push(init);
      return answer(url);
    },
  };
}

async function asks(address: string, answer: (url: string) => Response, allow: string[] = []) {
  const { fetch, urls, inits } = world(answer);
  const result = await outboundFetch(address, { fetch, headers: { accept: 'text/xml' }, allow, timeoutMs: 1_000 });
  return { result, urls, inits };
}

describe('an address that points inside', () => {
  it.each(privateHosts)('is never asked: %s', async (host) => {
    const { result, urls } = await asks(`http://${host}/feed.yml`, () => new Response('secret'));
    expect(result).toEqual({ ok: false, because: 'the address points to a private network' });
    expect(urls).toEqual([]);
  });

  it.each(privateHosts)('is not asked after a redirect either: %s', async (host) => {
    const answer = (url: string) =>
      url === 'https://shop.example/feed.yml' ? Response.redirect(`http://${host}/`) : new Response('secret');
    const { result, urls } = await asks('https://shop.example/feed.yml', answer);
    expect(result).toEqual({ ok: false, because: 'the address points to a private network' });
    expect(urls).toEqual(['https://shop.example/feed.yml']);
  });
});

describe('an address of the web', () => {
  it.each([
    'https://shop.example/feed.yml',
    'http://shop.example:8080/',
    'https://93.184.215.14/',
    'https://[2606:4700::1111]/',
    'https://172.32.0.1/',
    'https://магазин.example/',
  ])('is asked: %s', async (address) => {
    const { result, urls, inits } = await asks(address, () => new Response('feed'));
    expect([result.ok, urls]).toEqual([true, [new URL(address).href]]);
    expect(inits[0]).toMatchObject({ redirect: 'manual', headers: { accept: 'text/xml' } });
  });

  it('is followed through redirects, whole and relative', async () => {
    const answers: Record<string, Response> = {
      'https://shop.example/a': new Response(null, { status: 301, headers: { location: '/b?x=1' } }),
      'https://shop.example/b?x=1': new Response(null, { status: 307, headers: { location: 'https://cdn.example/c' } }),
      'https://cdn.example/c': new Response('feed'),
    };
    const { result, urls } = await asks(
      'https://shop.example/a',
      (url) => answers[url] ?? new Response(null, { status: 404 }),
    );
    expect(result.ok && (await result.value.text())).toBe('feed');
    expect(urls).toEqual(Object.keys(answers));
  });

  it('is asked six times at most when it leads in a circle', async () => {
    const { result, urls } = await asks('https://shop.example/', () => Response.redirect('https://shop.example/'));
    expect(result).toEqual({ ok: false, because: 'the server redirects more than 5 times' });
    expect(urls).toHaveLength(6);
  });
});

describe('an address that is none', () => {
  it.each([
    '',
    'feed.yml',
    'ftp://shop.example/feed',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/xml,<a/>',
    'https://user:password@shop.example/',
    'https://user@shop.example/',
    'http://shop.example:22/',
    'http://shop.example:25/',
    'http://shop.example:6379/',
    'https://shop.example:5432/',
    'ws://shop.example/',
    'blob:https://shop.example/a',
  ])('is not asked: %s', async (address) => {
    const { result, urls } = await asks(address, () => new Response('feed'));
    expect([result.ok, urls]).toEqual([false, []]);
  });

  it('is not followed: a redirect to a file', async () => {
    const { result } = await asks(
      'https://shop.example/',
      () => new Response(null, { status: 302, headers: { location: 'file:///etc/passwd' } }),
    );
    expect(result.ok).toBe(false);
  });
});

describe('an address that the operator allowed', () => {
  it('is asked though it is private, with its port and no other', async () => {
    const allow = ['127.0.0.1:8788'];
    expect((await asks('http://127.0.0.1:8788/feed.yml', () => new Response('feed'), allow)).result.ok).toBe(true);
    expect((await asks('http://127.0.0.1:8789/feed.yml', () => new Response('feed'), allow)).result.ok).toBe(false);
    expect((await asks('http://127.0.0.1/feed.yml', () => new Response('feed'), allow)).result.ok).toBe(false);
    expect((await asks('http://u:p@127.0.0.1:8788/feed.yml', () => new Response('feed'), allow)).result.ok).toBe(false);
  });
});

describe('a server that does not answer', () => {
  it('is given up on in time, in words', async () => {
    const fetch = (_url: string, { signal }: RequestInit) =>
      new Promise<Response>((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    const result = await outboundFetch('https://shop.example/', { fetch, headers: {}, allow: [], timeoutMs: 50 });
    expect(result).toEqual({ ok: false, because: 'the server did not answer within 0.05 seconds' });
  });
});

/** Asks the odd server as the product asks the web. */
async function asksOdd(path: string, more: { patience?: Partial<Patience>; headers?: Record<string, string> } = {}) {
  const { headers = {}, patience } = more;
  const options = { ...wayOut(env), headers, timeoutMs: 400, ...(patience ? { patience } : {}) };
  return outboundFetch(`http://${env.ODD_HOST}${path}`, options);
}

async function textOf(path: string, patience: Partial<Patience> = {}): Promise<string> {
  const answer = await asksOdd(path, { patience });
  if (!answer.ok) return `refused: ${answer.because}`;
  return answer.value.text().catch((error: Error) => `given up: ${error.message}`);
}

describe('a password', () => {
  const headers = { Authorization: 'Basic c2VjcmV0', cookie: 'a=b', 'x-plain': 'yes' };
  const away = (to: string) => `/redirect?to=${encodeURIComponent(to)}`;

  it('is sent to the address it is for, also after a redirect there', async () => {
    const answer = await asksOdd(away('/headers'), { headers });
    expect(answer.ok && (await answer.value.json())).toMatchObject({ authorization: 'Basic c2VjcmV0', cookie: 'a=b' });
  });

  it('is sent to nobody whom the server leads to: another port is another origin', async () => {
    const to = `http://${env.OUTSIDE_HOST}/headers`;
    const answer = await asksOdd(away(to), { headers });
    const heard = answer.ok ? await answer.value.json<Record<string, string>>() : {};
    expect(heard).toMatchObject({ 'x-plain': 'yes' });
    expect([heard['authorization'], heard['cookie']]).toEqual([undefined, undefined]);
  });

  it('is not brought back by who was on the way', async () => {
    const back = `http://${env.OUTSIDE_HOST}/redirect?to=${encodeURIComponent(`http://${env.ODD_HOST}/headers`)}`;
    const answer = await asksOdd(away(back), { headers });
    const heard = answer.ok ? await answer.value.json<Record<string, string>>() : {};
    expect([heard['x-plain'], heard['authorization']]).toEqual(['yes', undefined]);
  });
});

describe('a server of the web that', () => {
  it('says nothing is left within the time', async () => {
    expect(await textOf('/silent')).toBe('refused: the server did not answer within 0.4 seconds');
  });

  it('leads on for ever, each time a little later, is left within the same time', async () => {
    expect(await textOf('/redirect?to=/silent')).toBe('refused: the server did not answer within 0.4 seconds');
  });

  it('stops in the middle of its answer is left after a silence', async () => {
    const said = 'given up: the server stopped in the middle of the file: nothing came for 0.2 seconds';
    expect(await textOf('/stall', { idleMs: 200 })).toBe(said);
  });

  it('sends a byte now and then is left: it is too slow', async () => {
    const said = 'given up: the server sends less than 1000 bytes a second';
    expect(await textOf('/drip', { graceMs: 150, minBytesPerSecond: 1_000 })).toBe(said);
  });

  it('keeps sending is left when the time is over', async () => {
    expect(await textOf('/drip', { totalMs: 300 })).toBe('given up: the file did not come within 0.3 seconds');
  });

  it('sends without end is left at the limit', async () => {
    expect(await textOf('/endless', { maxBytes: 5_000_000 })).toBe('given up: the file is larger than 5 MB');
  });

  it('announces more than is taken is not read at all', async () => {
    expect(await textOf('/announced')).toBe('refused: the file is larger than 2000 MB');
  });

  it('breaks off is told from one that has ended', async () => {
    expect(await textOf('/broken')).toBe('given up: the server broke off in the middle of the file');
  });

  it('answers as it should is read to its end', async () => {
    expect(await textOf('/offers?n=2000', { maxBytes: 1_000_000 })).toContain('id="p1999"');
  });
});

describe('a name', () => {
  async function asksName(host: string, more: Partial<Env> = {}): Promise<string> {
    const way = wayOut({ ...env, ...more });
    const answer = await outboundFetch(`http://${host}/feed.yml`, { ...way, headers: {}, timeoutMs: 5_000 });
    return answer.ok ? `answered ${answer.value.status}` : answer.because;
  }

  it.each(['inside.example', 'metadata.example', 'one-of-two.example', 'six.example', 'mapped.example'])(
    'that leads inside is not asked: %s',
    async (host) => {
      expect(await asksName(host)).toBe('the address points to a private network');
    },
  );

  it('that leads inside is not followed to either', async () => {
    const to = encodeURIComponent('http://inside.example/');
    expect(await textOf(`/redirect?to=${to}`)).toBe('refused: the address points to a private network');
  });

  it('that nobody has is told as a typing mistake', async () => {
    expect(await asksName('gone.example')).toBe('there is no host called gone.example: look for a typing mistake');
  });

  it('of the web is asked, and also where the resolver itself does not answer', async () => {
    expect(await asksName('public.example')).toBe('the server could not be reached');
    const DNS_QUERY_URL = `http://${env.ODD_HOST}/nothing-here`;
    expect(await asksName('inside.example', { DNS_QUERY_URL })).toBe('the server could not be reached');
  });

  it('of this Worker or its dashboard is not asked: it would ask itself', async () => {
    const own = 'the address is Winback’s own: give the shop’s';
    expect(await asksName('mail.shop.example', { PUBLIC_URL: 'https://mail.shop.example' })).toBe(own);
    expect(await asksName('app.shop.example', { DASHBOARD_URL: 'https://app.shop.example' })).toBe(own);
  });
});
