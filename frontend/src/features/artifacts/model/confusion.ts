export type Normalisation = "row" | "column" | "counts";

/** Shares of each row (truth) or column (prediction); an empty row or column stays null. Counts go through. */
export function normalise(counts: readonly (readonly number[])[], by: Normalisation): (number | null)[][] {
  if (by === "counts") return counts.map((row) => [...row]);
  const sums =
    by === "row"
      ? counts.map((row) => row.reduce((sum, value) => sum + value, 0))
      : (counts[0] ?? []).map((_, column) => counts.reduce((sum, row) => sum + (row[column] ?? 0), 0));
  return counts.map((row, rowIndex) =>
    row.map((value, column) => {
      const sum = sums[by === "row" ? rowIndex : column] ?? 0;
      return sum === 0 ? null : value / sum;
    }),
  );
}

/**
 * How strongly each cell is tinted, 0 to 1. Counts span magnitudes, so they are tinted by their logarithm; shares of
 * what is wrong are mostly small, so they are tinted by their root.
 */
export function tints(cells: readonly (readonly (number | null)[])[], by: Normalisation): number[][] {
  if (by !== "counts") return cells.map((row, truth) => row.map((value, given) => (given === truth ? (value ?? 0) : Math.sqrt(value ?? 0))));
  const most = Math.max(1, ...cells.flat().map((value) => value ?? 0));
  return cells.map((row) => row.map((value) => Math.log1p(value ?? 0) / Math.log1p(most)));
}

/** 12345678 → "12.3M"; a cell has room for four signs. */
export function short(value: number): string {
  const units: [number, string][] = [
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ];
  for (const [size, unit] of units) {
    if (value >= size) {
      const scaled = value / size;
      return `${scaled >= 100 ? Math.round(scaled) : scaled.toFixed(1)}${unit}`;
    }
  }
  return String(value);
}

export function cellText(value: number | null, by: Normalisation): string {
  if (value === null) return "–";
  if (by === "counts") return short(value);
  const share = value * 100;
  return share >= 99.95 || share === 0 ? String(Math.round(share)) : share.toFixed(1);
}

type Rgb = readonly [number, number, number];
/** Blue and vermillion keep their distance for every kind of colour vision (Okabe and Ito 2008). */
const RIGHT: Rgb = [0, 114, 178];
const WRONG: Rgb = [213, 94, 0];
const GROUND = { light: [243, 245, 244], dark: [30, 34, 33] } satisfies Record<string, Rgb>;

/** A cell's background for its tint (0 to 1) and the ink, dark or white, that stands out more against it. */
export function cellLook(tint: number, isRight: boolean, isDark: boolean): { background: string; color: string } {
  const hue = isRight ? RIGHT : WRONG;
  const ground = isDark ? GROUND.dark : GROUND.light;
  const fill = hue.map((channel, index) => Math.round((ground[index] ?? 0) * (1 - tint) + channel * tint));
  const light = luminance(fill);
  // Contrast as WCAG 2 counts it, against white (luminance 1) and against near-black (0.008).
  const isWhite = 1.05 / (light + 0.05) > (light + 0.05) / 0.058;
  return { background: `rgb(${fill.join(" ")})`, color: isWhite ? "#ffffff" : "#141817" };
}

function luminance(rgb: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = rgb.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** How many pixels were taken for each class: the sums of the columns, by label. */
export function predictedPixels(labels: readonly string[], counts: readonly (readonly number[])[]): Map<string, number> {
  return new Map(labels.map((label, column) => [label, counts.reduce((sum, row) => sum + (row[column] ?? 0), 0)]));
}

export interface Confusion {
  /** Places of truth and prediction. */
  cell: readonly [number, number];
  pixels: number;
  /** Of the truth's pixels. */
  share: number;
}

/** The largest cells beside the diagonal, by pixels. */
export function mostConfused(counts: readonly (readonly number[])[], most: number): Confusion[] {
  const found = counts.flatMap((row, truth) => {
    const whole = row.reduce((sum, value) => sum + value, 0);
    return row.flatMap((pixels, given) => (pixels > 0 && given !== truth ? [{ cell: [truth, given] as const, pixels, share: pixels / whole }] : []));
  });
  return found.sort((a, b) => b.pixels - a.pixels).slice(0, most);
}

/** The matrix of some labels, in their order. */
export function part(counts: readonly (readonly number[])[], shown: readonly number[]): number[][] {
  return shown.map((truth) => shown.map((given) => counts[truth]?.[given] ?? 0));
}
