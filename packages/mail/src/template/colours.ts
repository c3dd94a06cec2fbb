// Colours that can be read, by WCAG 2.2: relative luminance and contrast.

/** Of text of usual size (WCAG AA). */
const readableContrast = 4.5;

type Channels = readonly [number, number, number];

function channelsOf(colour: string): Channels {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) || 0);
  return [red, green, blue];
}

function luminanceOf(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channelsOf(colour).map((channel) => {
    const value = channel / 255;
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** From 1 to 21. */
export function contrastOf(a: string, b: string): number {
  const [low = 0, high = 0] = [luminanceOf(a), luminanceOf(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

export function isDark(colour: string): boolean {
  return luminanceOf(colour) < 0.18;
}

/** Black or white, whichever is read better on this colour. */
export function inkOn(colour: string): string {
  return contrastOf('#ffffff', colour) >= contrastOf('#111111', colour) ? '#ffffff' : '#111111';
}

/** A share of the second colour in the first, from 0 to 1. */
export function mixed(colour: string, other: string, share: number): string {
  const others = channelsOf(other);
  const channels = channelsOf(colour).map((channel, at) => Math.round(channel + ((others[at] ?? 0) - channel) * share));
  return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** The colour, or as little lighter or darker as lets it be read on `ground`. */
export function readableOn(colour: string, ground: string, least: number = readableContrast): string {
  const towards = inkOn(ground);
  for (let share = 0; share <= 1; share += 0.05) {
    const tried = mixed(colour, towards, share);
    if (contrastOf(tried, ground) >= least) return tried;
  }
  return towards;
}
