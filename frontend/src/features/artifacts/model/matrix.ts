/** How large cells can be: "small" ones have no room for a number. */
export function cellSize(labels: number): "huge" | "large" | "medium" | "small" {
  if (labels <= 6) return "huge";
  return labels <= 14 ? "large" : labels <= 36 ? "medium" : "small";
}

const STEPS: Record<string, readonly [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** Where a key leads in a grid of this size; null of a key that leads nowhere, and at the edges. */
export function moved([row, column]: readonly [number, number], key: string, size: number, whole = false): [number, number] | null {
  if (key === "Home") return [whole ? 0 : row, 0];
  if (key === "End") return [whole ? size - 1 : row, size - 1];
  const step = STEPS[key];
  if (!step) return null;
  const next: [number, number] = [row + step[0], column + step[1]];
  return next.every((place) => place >= 0 && place < size) ? next : null;
}
