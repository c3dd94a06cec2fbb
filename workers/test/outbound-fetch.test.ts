import { describe, expect, it } from 'vitest';
import { outboundFetch } from '../outbound-fetch.ts';

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

describe('what is sent', () => {
  const sends = async (status: number) => {
    const { fetch, inits } = world((url) =>
      url.endsWith('/a') ? new Response(null, { status, headers: { location: '/b' } }) : new Response('ok'),
    );
    const options = { fetch, headers: {}, allow: [], timeoutMs: 1_000, body: '{}' };
    return { result: await outboundFetch('https://shop.example/a', options), inits };
  };

  it.each([307, 308])('is sent again to where a %i leads', async (status) => {
    const { result, inits } = await sends(status);
    expect([result.ok, inits.map((init) => [init.method, init.body])]).toEqual([
      true,
      [
        ['POST', '{}'],
        ['POST', '{}'],
      ],
    ]);
  });

  it.each([301, 302, 303])('does not get lost by a %i', async (status) => {
    const { result, inits } = await sends(status);
    expect([result.ok, inits.length]).toEqual([false, 1]);
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
