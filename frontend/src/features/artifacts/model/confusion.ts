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

/** How strongly each cell is tinted, 0 to 1. Counts span magnitudes, so they are tinted by their logarithm. */
export function tints(cells: readonly (readonly (number | null)[])[], by: Normalisation): number[][] {
  if (by !== "counts") return cells.map((row) => row.map((value) => value ?? 0));
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
