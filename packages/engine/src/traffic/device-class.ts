export type DeviceClass = 'phone' | 'tablet' | 'desktop';

/**
 * What kind of machine a browser runs on, by its `User-Agent` and, where the browser says so, `Sec-CH-UA-Mobile`. An iPad that
 * asks for desktop pages calls itself a Mac: it counts as one, as everywhere.
 */
export function deviceClassOf(userAgent: string, mobileHint: string | null): DeviceClass {
  if (/iPad|Tablet|PlayBook|Silk(?!.*Mobile)|Android(?!.*Mobile)/i.test(userAgent)) return 'tablet';
  if (mobileHint === '?1' || /Mobi|iPhone|iPod|Android|Opera Mini/i.test(userAgent)) return 'phone';
  return 'desktop';
}
