/** The shop's own analytics learn from these which letter brought a visit. */
export interface Utm {
  source: string;
  medium: string;
  campaign: string;
  content: string;
}

/**
 * The address with utm_* parameters, before its `#`. Those that the shop set itself stay, and so does every other byte: shops read
 * their addresses in more ways than the standard knows. What is no address stays whole.
 */
export function utmUrl(address: string, utm: Utm): string {
  if (!URL.canParse(address)) return address;
  const [, before = '', fragment = ''] = /^([^#]*)(#.*)?$/s.exec(address) ?? [];
  const start = before.indexOf('?');
  const path = start < 0 ? before : before.slice(0, start);
  // `{{ url }}?{{ utm_params }}` on an address that has parameters makes a second question mark.
  const query = start < 0 ? '' : before.slice(start + 1).replace(/\?(?=utm_)/g, '&');
  const known = new Set(query.split('&').map((part) => part.split('=', 1)[0]?.toLowerCase()));
  const more = Object.entries(utm)
    .filter(([name]) => !known.has(`utm_${name}`))
    .map(([name, value]) => `utm_${name}=${encodeURIComponent(String(value))}`);
  const parts = [query.replace(/&+$/, ''), ...more].filter(Boolean);
  return parts.length === 0 ? address : `${path}?${parts.join('&')}${fragment}`;
}
