// One drawing for each kind of product, in the product's colour.
import type { Color, Point } from './canvas.ts';
import { Canvas } from './canvas.ts';
import { colorOf, shade } from './color.ts';

const kinds = ['tent', 'backpack', 'sleeping-bag', 'mug', 'lantern', 'jacket', 'bottle', 'boot'] as const;
export type Kind = (typeof kinds)[number];

const dark: Color = [38, 44, 48];
const pale: Color = [243, 240, 232];
const pixels = 480;

/** A square PNG of one product. */
export function drawProduct(kind: Kind, hex: string): Buffer {
  const color = colorOf(hex);
  const canvas = new Canvas(pixels, shade(color, 0.86));
  canvas.ellipse([50, 84], [34, 4.5], dark, 0.13);
  drawings[kind](canvas, color);
  return canvas.toPng();
}

/** The store's opening picture: hills, a tent, a low sun. */
export function drawHero(): Buffer {
  const canvas = new Canvas(900, [222, 232, 226]);
  canvas.ellipse([73, 30], [9, 9], [246, 214, 150]);
  canvas
    .fill(wave(46, 9, 0.2), [172, 196, 186])
    .fill(wave(58, 7, 2.1), [122, 160, 146])
    .fill(wave(70, 5, 4), [63, 116, 100])
    .fill(wave(82, 3, 1), [31, 79, 66]);
  drawTent(canvas, [214, 122, 62], (x, y) => [30 + x * 0.42, 44 + y * 0.42]);
  return canvas.toPng();
}

function wave(height: number, swing: number, phase: number): Point[] {
  const line = Array.from(
    { length: 41 },
    (_, step): Point => [
      step * 2.5,
      height + swing * Math.sin(step / 6 + phase) + (swing / 3) * Math.sin(step / 2.3 + phase),
    ],
  );
  return [...line, [100, 100], [0, 100]];
}

/** The sides of a tent and how much lighter or darker than its color each is. */
const tentSides: readonly { points: readonly Point[]; light: number }[] = [
  { points: points(50, 24, 90, 82, 64, 84), light: -0.22 },
  { points: points(50, 24, 64, 84, 10, 82), light: 0 },
  { points: points(46, 42, 54, 84, 28, 83), light: -0.55 },
  { points: points(46, 42, 37, 83, 28, 83), light: 0.35 },
];

function drawTent(canvas: Canvas, color: Color, place: (x: number, y: number) => Point = (x, y) => [x, y]): void {
  const at = (corners: readonly Point[]) => corners.map(([x, y]) => place(x, y));
  for (const side of tentSides) canvas.fill(at(side.points), side.light === 0 ? color : shade(color, side.light));
  canvas.stroke(at(points(50, 24, 47, 18)), 1.2, dark);
  canvas.stroke(at(points(50, 26, 96, 84)), 0.5, dark, 0.6).stroke(at(points(50, 26, 4, 84)), 0.5, dark, 0.6);
}

/** x and y in turn, as points. */
function points(...numbers: number[]): Point[] {
  return numbers.flatMap((x, at): Point[] => (at % 2 === 0 ? [[x, numbers[at + 1] ?? 0]] : []));
}

const drawings: Record<Kind, (canvas: Canvas, color: Color) => void> = {
  tent: (canvas, color) => drawTent(canvas, color),
  backpack: (canvas, color) => {
    canvas.stroke(
      [
        [42, 22],
        [42, 16],
        [58, 16],
        [58, 22],
      ],
      2.6,
      shade(color, -0.5),
    );
    canvas.box([30, 20], [40, 63], 13, color).box([30, 62], [40, 21], 7, shade(color, -0.18));
    canvas.box([36, 46], [28, 26], 5, shade(color, -0.1)).box([36, 46], [28, 4], 2, shade(color, 0.25));
    canvas.box([24, 50], [8, 26], 4, shade(color, -0.3)).box([68, 50], [8, 26], 4, shade(color, -0.3));
    canvas
      .fill(
        [
          [30, 34],
          [70, 34],
          [66, 26],
          [34, 26],
        ],
        shade(color, 0.18),
      )
      .stroke(
        [
          [50, 34],
          [50, 44],
        ],
        2,
        shade(color, -0.5),
      );
  },
  'sleeping-bag': (canvas, color) => {
    canvas
      .box([18, 38], [60, 42], 20, color)
      .ellipse([74, 59], [17, 21], shade(color, -0.25))
      .ellipse([74, 59], [12, 15], shade(color, 0.2));
    canvas.ellipse([74, 59], [7, 9], shade(color, -0.35)).ellipse([74, 59], [3, 4], shade(color, 0.3));
    canvas
      .box([30, 37], [5, 44], 2, shade(color, -0.5))
      .box([52, 37], [5, 44], 2, shade(color, -0.5))
      .box([20, 42], [44, 5], 2.5, pale, 0.28);
  },
  mug: (canvas, color) => {
    canvas.stroke(
      [
        [70, 42],
        [84, 46],
        [85, 60],
        [70, 66],
      ],
      5,
      shade(color, -0.25),
    );
    canvas
      .fill(
        [
          [26, 32],
          [74, 32],
          [70, 80],
          [30, 80],
        ],
        color,
      )
      .fill(
        [
          [62, 32],
          [74, 32],
          [70, 80],
          [60, 80],
        ],
        shade(color, -0.14),
      );
    canvas
      .ellipse([50, 80], [20, 4], shade(color, -0.14))
      .ellipse([50, 32], [24, 6], shade(color, 0.35))
      .ellipse([50, 33], [20, 4.2], shade(color, -0.6));
    canvas.box([33, 46], [34, 4], 2, pale, 0.75);
    canvas
      .stroke(
        [
          [42, 24],
          [45, 18],
          [42, 12],
        ],
        1.6,
        dark,
        0.18,
      )
      .stroke(
        [
          [55, 24],
          [58, 18],
          [55, 12],
        ],
        1.6,
        dark,
        0.18,
      );
  },
  lantern: (canvas, color) => {
    canvas.stroke(
      [
        [34, 34],
        [38, 16],
        [62, 16],
        [66, 34],
      ],
      2.2,
      dark,
      0.75,
    );
    canvas
      .ellipse([50, 54], [30, 28], [255, 214, 130], 0.35)
      .box([34, 36], [32, 36], 4, [255, 238, 196])
      .ellipse([50, 54], [8, 12], [255, 188, 74]);
    for (const x of [34, 44, 54, 64]) canvas.box([x, 36], [2, 36], 1, shade(color, -0.35));
    canvas
      .box([29, 28], [42, 10], 4, color)
      .box([27, 70], [46, 13], 5, color)
      .box([27, 78], [46, 5], 2.5, shade(color, -0.25));
  },
  jacket: drawJacket,
  bottle: (canvas, color) => {
    canvas.box([42, 12], [16, 10], 2.5, dark).box([44, 20], [12, 8], 1, shade(color, -0.4));
    canvas
      .box([35, 26], [30, 58], 9, color)
      .box([58, 28], [6, 54], 3, shade(color, -0.22))
      .box([39, 32], [4, 46], 2, pale, 0.45);
    canvas.box([35, 50], [30, 16], 0.5, pale, 0.85).fill(
      [
        [43, 62],
        [50, 53],
        [57, 62],
      ],
      shade(color, -0.2),
    );
  },
  boot: (canvas, color) => {
    canvas
      .fill(
        [
          [32, 18],
          [58, 18],
          [59, 46],
          [82, 58],
          [88, 72],
          [30, 72],
        ],
        color,
      )
      .fill(
        [
          [59, 46],
          [82, 58],
          [88, 72],
          [66, 72],
        ],
        shade(color, -0.16),
      );
    canvas
      .box([28, 71], [62, 11], 4, dark)
      .box([28, 71], [62, 3.5], 1.5, shade(color, 0.55))
      .box([31, 15], [29, 8], 3, shade(color, -0.35));
    for (const y of [30, 38, 46, 54])
      canvas.stroke(
        [
          [52, y],
          [64 + (y - 30) / 4, y + 4],
        ],
        1.8,
        pale,
      );
    canvas.box([28, 44], [7, 16], 2, shade(color, -0.4));
  },
};

const jacketOutline: Point[] = [
  [36, 22],
  [64, 22],
  [86, 40],
  [90, 70],
  [80, 72],
  [74, 50],
  [74, 84],
  [26, 84],
  [26, 50],
  [20, 72],
  [10, 70],
  [14, 40],
];

function drawJacket(canvas: Canvas, color: Color): void {
  canvas.fill(jacketOutline, color);
  canvas.fill(
    [
      [50, 26],
      [64, 22],
      [86, 40],
      [90, 70],
      [80, 72],
      [74, 50],
      [74, 84],
      [50, 84],
    ],
    shade(color, -0.1),
  );
  canvas
    .fill(
      [
        [36, 22],
        [50, 14],
        [64, 22],
        [58, 32],
        [42, 32],
      ],
      shade(color, -0.4),
    )
    .stroke(
      [
        [50, 32],
        [50, 84],
      ],
      1.4,
      shade(color, -0.5),
    );
  canvas
    .box([32, 60], [13, 2.4], 1.2, shade(color, -0.45))
    .box([55, 60], [13, 2.4], 1.2, shade(color, -0.45))
    .box([30, 42], [10, 6], 1.5, pale, 0.8);
}
