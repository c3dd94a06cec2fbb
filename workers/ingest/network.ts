import ipaddr from 'ipaddr.js';

/** Whether an address lies in a network (`203.0.113.0/24`) or is the address that stands for one; of either family. */
export function inNetwork(address: string, network: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const [host, bits] = rangeOf(network) ?? [];
  if (host === undefined || bits === undefined) return false;
  const one = ipaddr.parse(address);
  return one.kind() === host.kind() && one.match(host, bits);
}

function rangeOf(network: string): ReturnType<typeof ipaddr.parseCIDR> | null {
  try {
    if (network.includes('/')) return ipaddr.parseCIDR(network);
    const host = ipaddr.parse(network);
    return [host, host.kind() === 'ipv4' ? 32 : 128];
  } catch {
    return null; // not a network: nobody is in it
  }
}
