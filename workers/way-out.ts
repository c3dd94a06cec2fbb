// How this Worker asks the web: `outboundFetch` with what only the deployment knows. Two things a name cannot say are looked
// at here, before each hop: whether the host is Winback itself (a loop), and whether its name leads inside.
//
// A Worker cannot tell `fetch` which number to use, so a name that answers one thing to us and another to `fetch` a moment later
// (DNS rebinding) is not caught here. It does not have to be: Cloudflare's network routes no private numbers, and a workerd
// of one's own asks only what its configuration calls `public` (the default), which it decides on the number it connects to. The
// question over HTTPS is for what comes before that: names such as localtest.me are refused in words, and no metadata service
// is asked by its alias where a deployment allows more. Where the resolver itself does not answer, the fetch goes on: a feed
// must not depend on a second service, and the fence behind it stands.
import { recordsOf } from './dns.ts';
import type { Env } from './env.ts';
import { allowedHosts, settingsOf } from './env.ts';
import { allowedUrl, isIp, isPublicIp, pointsInside } from './outbound-address.ts';
import type { OutboundOptions } from './outbound-fetch.ts';
import { AddressRefused } from './outbound-fetch.ts';

/** `fetch` and `allow` of {@link OutboundOptions}. */
export function wayOut(env: Env): Pick<OutboundOptions, 'fetch' | 'allow'> {
  const { DNS_QUERY_URL: resolver } = settingsOf(env);
  const allow = allowedHosts(env);
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

const submissionPorts: readonly number[] = [465, 587, 2465, 2525, 2587];

/** Why letters cannot go to a mail server that somebody typed, in one sentence; null: they can. */
export async function mailServerRefusal(
  env: Env,
  { host, port }: { host: string; port: number },
): Promise<string | null> {
  if (allowedHosts(env).includes(`${host}:${port}`)) return null;
  if (!submissionPorts.includes(port))
    return `port ${port} does not take letters: use 465 with TLS, or 587 with STARTTLS`;
  const read = allowedUrl(`https://${host}`, []);
  if (!read.ok) return read.because;
  try {
    if (!isIp(host)) await refuseInside(host, settingsOf(env).DNS_QUERY_URL);
    return null;
  } catch (error) {
    if (error instanceof AddressRefused) return error.message;
    throw error;
  }
}

function ownHosts(env: Env): string[] {
  const { PUBLIC_URL: own, DASHBOARD_URL: dashboard } = settingsOf(env);
  return [own, dashboard].flatMap((url) => (url ? [new URL(url).hostname] : []));
}

/** Throws {@link AddressRefused} where a name leads to a number that is not of the public web, or to none. */
async function refuseInside(hostname: string, resolver: string): Promise<void> {
  const answers = await Promise.all([recordsOf(hostname, 'A', resolver), recordsOf(hostname, 'AAAA', resolver)]);
  if (answers.some((answer) => answer === 'no-such-name'))
    throw new AddressRefused(`there is no host called ${hostname}: look for a typing mistake`);
  if (answers.flatMap((answer) => answer ?? []).some((ip) => !isPublicIp(ip))) throw new AddressRefused(pointsInside);
}
