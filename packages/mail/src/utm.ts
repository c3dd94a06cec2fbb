/** The shop's own analytics learn from these which letter brought a visit. */
export interface Utm {
  source: string;
  medium: string;
  campaign: string;
  content: string;
}

/** The address with utm_* parameters. Those that the shop set itself stay; an address that cannot be read stays whole. */
export function utmUrl(address: string, utm: Utm): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  for (const [name, value] of Object.entries(utm)) {
    if (!url.searchParams.has(`utm_${name}`)) url.searchParams.set(`utm_${name}`, String(value));
  }
  return url.href;
}
