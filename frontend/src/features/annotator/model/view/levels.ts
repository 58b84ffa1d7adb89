/** A picture is kept at its own size and at halves of it: what is drawn small is read from a small copy. */

const SMALLEST = 512;

/** Widths of the scaled copies, largest first: halves until one is small. */
export function levelSizes(width: number, height: number): { width: number; height: number }[] {
  const sizes: { width: number; height: number }[] = [];
  let [w, h] = [width, height];
  while (Math.max(w, h) > SMALLEST * 2) {
    w = Math.max(1, Math.round(w / 2));
    h = Math.max(1, Math.round(h / 2));
    sizes.push({ width: w, height: h });
  }
  return sizes;
}

/** The smallest copy that still has a pixel for every pixel of the screen; the largest where none has. */
export function levelFor<T extends { width: number }>(levels: readonly T[], imageWidth: number, pixelScale: number): T | undefined {
  const wanted = imageWidth * pixelScale;
  let best: T | undefined;
  for (const level of levels) {
    if (best === undefined) best = level;
    else if (best.width < wanted) best = level.width > best.width ? level : best;
    else if (level.width >= wanted && level.width < best.width) best = level;
  }
  return best;
}
