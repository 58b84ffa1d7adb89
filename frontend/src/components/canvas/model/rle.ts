/** Run lengths of COCO's compressed string: 5 bits a character from 48 on, each third and later a difference. */
export function decodeCounts(text: string): number[] {
  const counts: number[] = [];
  let at = 0;
  while (at < text.length) {
    let value = 0;
    let shift = 0;
    let more = true;
    while (more) {
      const bits = text.charCodeAt(at) - 48;
      value |= (bits & 0x1f) << shift;
      more = (bits & 0x20) !== 0;
      at += 1;
      shift += 5;
      if (!more && (bits & 0x10) !== 0) value |= -1 << shift;
    }
    const before = counts.length > 2 ? (counts[counts.length - 2] ?? 0) : 0;
    counts.push(value + before);
  }
  return counts;
}

/** RGBA pixels (row by row) of a mask whose runs go down the columns, first run background. */
export function paintMask(
  size: readonly [number, number],
  counts: readonly number[],
  color: readonly [number, number, number],
): Uint8ClampedArray<ArrayBuffer> {
  const [height, width] = size;
  const pixels = new Uint8ClampedArray(width * height * 4);
  let at = 0;
  counts.forEach((run, index) => {
    if (index % 2 === 1) {
      for (let i = at; i < at + run; i += 1) {
        const offset = ((i % height) * width + Math.floor(i / height)) * 4;
        pixels[offset] = color[0];
        pixels[offset + 1] = color[1];
        pixels[offset + 2] = color[2];
        pixels[offset + 3] = 255;
      }
    }
    at += run;
  });
  return pixels;
}

/** "#1f77b4" → [31, 119, 180]. */
export function rgb(hex: string): [number, number, number] {
  const value = Number.parseInt(hex.replace("#", "").slice(0, 6), 16);
  return Number.isNaN(value) ? [128, 128, 128] : [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}
