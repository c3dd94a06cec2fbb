// Which addresses people may make us ask: those of the public web, and nothing that could stand inside of a network.
import type { Result } from '@winback/domain';
import { ok, refuse } from '@winback/domain';
import ipaddr from 'ipaddr.js';

export const pointsInside = 'the address points to a private network';

/** The address as it will be asked. `allow` names `host:port` that may be asked although they are private. */
export function allowedUrl(address: string, allow: readonly string[]): Result<URL, string> {
  if (!URL.canParse(address)) return refuse('the address cannot be read');
  const url = new URL(address);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return refuse('the address does not start with https://');
  if (url.username || url.password)
    return refuse('an address with a password in it is not fetched: give the user name and the password by themselves');
  if (allow.includes(url.host)) return ok(url);
  if (isPrivate(url.hostname)) return refuse(pointsInside);
  if (closedPorts.has(url.port)) return refuse(`port ${url.port} belongs to another service than the web`);
  return ok(url);
}

/** Whether a number names a host of the public internet (IANA's special-purpose registries, RFC 6890). */
export function isPublicIp(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const ip = ipaddr.parse(text);
  if (ip.range() !== 'unicast' || text === azureHost) return false;
  // Of IPv6 only 2000::/3 is given out; IPv4 in IPv6's clothes (mapped, compatible, NAT64, 6to4, Teredo) is not fetched.
  return !(ip instanceof ipaddr.IPv6) || ((ip.parts[0] ?? 0) & 0xe000) === 0x2000;
}

export function isIp(hostname: string): boolean {
  return ipaddr.isValid(bare(hostname));
}

/** Azure tells virtual machines their secrets at a number that looks public. */
const azureHost = '168.63.129.16';

/** Names that never mean a shop on the web (RFC 6761, RFC 6762, RFC 8375, RFC 9476), by habit or by decree. */
const insideNames =
  /(^|\.)(local|localhost|localdomain|internal|intranet|private|corp|home|lan|home\.arpa|in-addr\.arpa|ip6\.arpa|onion|alt|test|invalid)$/;

/** `hostname` is normalised by URL: decimal, octal and hexadecimal numbers are dotted by then. */
function isPrivate(hostname: string): boolean {
  const name = bare(hostname);
  if (ipaddr.isValid(name)) return !isPublicIp(name);
  return !name.includes('.') || insideNames.test(name);
}

function bare(hostname: string): string {
  return hostname.toLowerCase().replace(/^\[|\]$|\.+$/g, '');
}

/** Ports that the Fetch standard blocks (§ 2.9), and those of databases and of other things that talk without a password. */
const closedPorts = new Set(
  (
    '1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117 119 123 135 137 139 ' +
    '143 161 179 389 427 445 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 873 989 990 993 995 1080 1433 ' +
    '1434 1521 1719 1720 1723 2049 2375 2376 2379 2380 3128 3306 3389 3659 4045 4190 5060 5061 5432 5672 5900 5984 5985 6000 6379 ' +
    '6443 6566 6665 6666 6667 6668 6669 6679 6697 9042 9200 9300 10080 10250 11211 27017 50000'
  ).split(' '),
);
