// A small drawing surface: filled shapes with smooth edges, to a PNG. Mail clients do not show SVG.
import { PNG } from 'pngjs';

export type Point = readonly [x: number, y: number];
export type Color = readonly [red: number, green: number, blue: number];

const subLines = 4;

export class Canvas {
  readonly #size: number;
  readonly #png: PNG;

  /** A square of `size` pixels; shapes are given in a square of 100 × 100. */
  constructor(size: number, background: Color) {
    this.#size = size;
    this.#png = new PNG({ width: size, height: size });
    for (let at = 0; at < size * size; at += 1) this.#png.data.set([...background, 255], at * 4);
  }

  /** Fills a closed line of points (even-odd). Edges are smoothed by how much of each pixel lies inside. */
  fill(points: readonly Point[], color: Color, opacity = 1): this {
    const scaled = points.map(([x, y]): Point => [(x * this.#size) / 100, (y * this.#size) / 100]);
    const ys = scaled.map(([, y]) => y);
    const top = Math.max(0, Math.floor(Math.min(...ys)));
    const bottom = Math.min(this.#size - 1, Math.ceil(Math.max(...ys)));
    for (let y = top; y <= bottom; y += 1) this.#fillLine(scaled, y, color, opacity);
    return this;
  }

  ellipse(center: Point, radius: Point, color: Color, opacity = 1): this {
    const points = Array.from({ length: 72 }, (_, step): Point => {
      const angle = (step * Math.PI) / 36;
      return [center[0] + radius[0] * Math.cos(angle), center[1] + radius[1] * Math.sin(angle)];
    });
    return this.fill(points, color, opacity);
  }

  /** A rectangle with round corners. */
  box([left, top]: Point, [width, height]: Point, round: number, color: Color, opacity = 1): this {
    const corner = (x: number, y: number, from: number) =>
      Array.from({ length: 10 }, (_, step): Point => {
        const angle = from + (step * Math.PI) / 18;
        return [x + round * Math.cos(angle), y + round * Math.sin(angle)];
      });
    const [right, bottom] = [left + width - round, top + height - round];
    const corners = [
      corner(right, bottom, 0),
      corner(left + round, bottom, Math.PI / 2),
      corner(left + round, top + round, Math.PI),
      corner(right, top + round, 1.5 * Math.PI),
    ];
    return this.fill(corners.flat(), color, opacity);
  }

  /** A line of an even width. */
  stroke(points: readonly Point[], width: number, color: Color, opacity = 1): this {
    for (const [at, to] of points.entries()) {
      const from = points[at - 1];
      if (from) this.#segment(from, to, width, color, opacity);
    }
    return this;
  }

  toPng(): Buffer {
    return PNG.sync.write(this.#png, { deflateLevel: 9 });
  }

  #segment([x0, y0]: Point, [x1, y1]: Point, width: number, color: Color, opacity: number): void {
    const length = Math.hypot(x1 - x0, y1 - y0) || 1;
    const [dx, dy] = [(((y1 - y0) / length) * width) / 2, (((x0 - x1) / length) * width) / 2];
    this.fill(
      [
        [x0 + dx, y0 + dy],
        [x1 + dx, y1 + dy],
        [x1 - dx, y1 - dy],
        [x0 - dx, y0 - dy],
      ],
      color,
      opacity,
    );
    this.ellipse([x1, y1], [width / 2, width / 2], color, opacity);
  }

  #fillLine(points: readonly Point[], y: number, color: Color, opacity: number): void {
    const cover = new Float32Array(this.#size);
    for (let sub = 0; sub < subLines; sub += 1) {
      const crossings = crossingsAt(points, y + (sub + 0.5) / subLines);
      for (let pair = 0; pair + 1 < crossings.length; pair += 2)
        addSpan(cover, crossings[pair] ?? 0, crossings[pair + 1] ?? 0);
    }
    for (const [x, covered] of cover.entries())
      if (covered > 0) this.#blend(y * this.#size + x, color, Math.min(1, covered) * opacity);
  }

  #blend(pixel: number, color: Color, opacity: number): void {
    for (const [channel, value] of color.entries()) {
      const at = pixel * 4 + channel;
      this.#png.data[at] = Math.round((this.#png.data[at] ?? 0) * (1 - opacity) + value * opacity);
    }
  }
}

function crossingsAt(points: readonly Point[], y: number): number[] {
  const crossings: number[] = [];
  let previous = points.at(-1) ?? [0, 0];
  for (const point of points) {
    const [[x0, y0], [x1, y1]] = [previous, point];
    if (y0 <= y !== y1 <= y) crossings.push(x0 + ((y - y0) / (y1 - y0)) * (x1 - x0));
    previous = point;
  }
  return crossings.sort((a, b) => a - b);
}

function addSpan(cover: Float32Array, from: number, to: number): void {
  const last = Math.min(cover.length - 1, Math.floor(to));
  for (let x = Math.max(0, Math.floor(from)); x <= last; x += 1) {
    cover[x] = (cover[x] ?? 0) + Math.max(0, Math.min(to, x + 1) - Math.max(from, x)) / subLines;
  }
}
