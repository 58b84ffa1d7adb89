const FAR = 1e15;

/**
 * How deep each pixel of a mask lies in it, negative outside: from its middle to the edge half a pixel before the nearest
 * pixel of the other kind. Both kinds occur. Exact: squared distances are whole numbers (Felzenszwalb & Huttenlocher 2012).
 */
export function depth(mask: Uint8Array, width: number, height: number): Float64Array {
  const inside = squaredDistances(mask, width, height, 0);
  const outside = squaredDistances(mask, width, height, 1);
  const found = new Float64Array(mask.length);
  for (let i = 0; i < mask.length; i += 1) found[i] = mask[i] === 0 ? 0.5 - Math.sqrt(outside[i] ?? 0) : Math.sqrt(inside[i] ?? 0) - 0.5;
  return found;
}

/** Squared distances of each pixel's middle to that of the nearest pixel with this value. */
function squaredDistances(mask: Uint8Array, width: number, height: number, value: number): Float64Array {
  const field = new Float64Array(mask.length);
  for (let i = 0; i < mask.length; i += 1) field[i] = mask[i] === value ? 0 : FAR;
  const longest = Math.max(width, height);
  const line = new Float64Array(longest);
  const places = new Int32Array(longest);
  const borders = new Float64Array(longest + 1);
  const sweep = (start: number, step: number, count: number) => {
    for (let i = 0; i < count; i += 1) line[i] = field[start + i * step] ?? FAR;
    envelope(line, count, places, borders);
    let hull = 0;
    for (let i = 0; i < count; i += 1) {
      while ((borders[hull + 1] ?? Infinity) < i) hull += 1;
      const place = places[hull] ?? 0;
      field[start + i * step] = (i - place) ** 2 + (line[place] ?? FAR);
    }
  };
  for (let column = 0; column < width; column += 1) sweep(column, width, height);
  for (let row = 0; row < height; row += 1) sweep(row * width, 1, width);
  return field;
}

/** The lower envelope of parabolas that stand at each place: `places` of those that touch it, `borders` between them. */
function envelope(line: Float64Array, count: number, places: Int32Array, borders: Float64Array): void {
  let hull = 0;
  places[0] = 0;
  borders[0] = -Infinity;
  borders[1] = Infinity;
  for (let i = 1; i < count; i += 1) {
    let border = meet(line, places[hull] ?? 0, i);
    while (border <= (borders[hull] ?? -Infinity)) {
      hull -= 1;
      border = meet(line, places[hull] ?? 0, i);
    }
    hull += 1;
    places[hull] = i;
    borders[hull] = border;
    borders[hull + 1] = Infinity;
  }
}

function meet(line: Float64Array, before: number, after: number): number {
  return ((line[after] ?? FAR) + after * after - (line[before] ?? FAR) - before * before) / (2 * (after - before));
}
