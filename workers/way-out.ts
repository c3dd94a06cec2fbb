// How this Worker asks the web: `outboundFetch` with what only the deployment knows. Two things a name cannot say are looked
// at here, before each hop: whether the host is Winback itself (a loop), and whether its name leads inside.
//
// A Worker cannot tell `fetch` which number to use, so a name that answers one thing to us and another to `fetch` a moment later
// (DNS rebinding) is not caught here. It does not have to be: Cloudflare's network routes no private numbers, and a workerd
// of one's own asks only what its configuration calls `public` (the default), which it decides on the number it connects to. The
// question over HTTPS is for what comes before that: names such as localtest.me are refused in words, and no metadata service
// is asked by its alias where a deployment allows more. Where the resolver itself does not answer, the fetch goes on: a feed
// must not depend on a second service, and the fence behind it stands.
import { z } from 'zod';
import type { Env } from './env.ts';
import { settingsOf } from './env.ts';
import { isIp, isPublicIp, pointsInside } from './outbound-address.ts';
import type { OutboundOptions } from './outbound-fetch.ts';
import { AddressRefused } from './outbound-fetch.ts';

const lookupMs = 3_000;

/** `fetch` and `allow` of {@link OutboundOptions}. */
export function wayOut(env: Env): Pick<OutboundOptions, 'fetch' | 'allow'> {
  const { FEED_ALLOWED_HOSTS: hosts, DNS_QUERY_URL: resolver } = settingsOf(env);
  const allow = hosts
    .split(',')
    .map((host) => host.trim())
    .filter(Boolean);
  const own = ownHosts(env);
  return {
    allow,
    fetch: async (address, init) => {
      const { host, hostname } = new URL(address);
      if (!allow.includes(host)) {
        if (own.includes(hostname)) throw new AddressRefused('the address is Winback’s own: give the shop’s');
        if (!isIp(hostname)) await refuseInside(hostname, resolver);
      }
      return fetch(address, init);
    },
  };
}

function ownHosts(env: Env): string[] {
  const { PUBLIC_URL: own, DASHBOARD_URL: dashboard } = settingsOf(env);
  return [own, dashboard].flatMap((url) => (url ? [new URL(url).hostname] : []));
}

/** Throws {@link AddressRefused} where a name leads to a number that is not of the public web, or to none. */
async function refuseInside(hostname: string, resolver: string): Promise<void> {
  const answers = await Promise.all([numbersOf(hostname, 'A', resolver), numbersOf(hostname, 'AAAA', resolver)]);
  if (answers.some((answer) => answer === 'no-such-name'))
    throw new AddressRefused(`there is no host called ${hostname}: look for a typing mistake`);
  if (answers.flatMap((answer) => answer ?? []).some((ip) => !isPublicIp(ip))) throw new AddressRefused(pointsInside);
}

const answerSchema = z.object({
  Status: z.number(),
  Answer: z.array(z.object({ type: z.number(), data: z.string() })).optional(),
});
const noSuchName = 3;
const typeNumbers = { A: 1, AAAA: 28 };

/** Asks in the JSON form that Cloudflare and Google speak; null: the resolver did not answer. */
async function numbersOf(
  name: string,
  type: 'A' | 'AAAA',
  resolver: string,
): Promise<string[] | 'no-such-name' | null> {
  const question = `${resolver}?${new URLSearchParams({ name, type })}`;
  try {
    const signal = AbortSignal.timeout(lookupMs);
    const answer = await fetch(question, { headers: { accept: 'application/dns-json' }, signal });
    if (!answer.ok) return null;
    const read = answerSchema.parse(await answer.json());
    if (read.Status === noSuchName) return 'no-such-name';
    return (read.Answer ?? []).filter((record) => record.type === typeNumbers[type]).map(({ data }) => data);
  } catch {
    return null; // no network, too late, or not JSON: see above
  }
}
