import type { Color } from './canvas.ts';

/** `#1f6f5c` to its three channels. */
export function colorOf(hex: string): Color {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** Towards white (positive) or black (negative), from -1 to 1. */
export function shade(color: Color, by: number): Color {
  const target = by > 0 ? 255 : 0;
  const [red, green, blue] = color.map((channel) => Math.round(channel + (target - channel) * Math.abs(by)));
  return [red ?? 0, green ?? 0, blue ?? 0];
}
