const TAIL = 66_000;
const MOST = 4 * 2 ** 20;
const END = 0x06054b50;
const ENTRY = 0x02014b50;

/** The names in a ZIP from its table of contents, of which only the first 4 MB are read; empty where it cannot be read. */
export async function zipNames(file: Blob): Promise<string[]> {
  const from = Math.max(0, file.size - TAIL);
  const tail = new DataView(await file.slice(from).arrayBuffer());
  let at = tail.byteLength - 22;
  while (at >= 0 && tail.getUint32(at, true) !== END) at -= 1;
  if (at < 0) return [];
  const size = tail.getUint32(at + 12, true);
  const start = tail.getUint32(at + 16, true);
  return names(new DataView(await file.slice(start, start + Math.min(size, MOST)).arrayBuffer()));
}

function names(table: DataView): string[] {
  const found: string[] = [];
  let at = 0;
  while (at + 46 <= table.byteLength && table.getUint32(at, true) === ENTRY) {
    const length = table.getUint16(at + 28, true);
    if (at + 46 + length > table.byteLength) break;
    found.push(new TextDecoder().decode(new Uint8Array(table.buffer, table.byteOffset + at + 46, length)));
    at += 46 + length + table.getUint16(at + 30, true) + table.getUint16(at + 32, true);
  }
  return found;
}

/** The format that names in a ZIP speak for, or null where they speak for none. */
export function formatOfNames(inside: readonly string[]): string | null {
  const has = (pattern: RegExp) => inside.some((name) => pattern.test(name));
  if (has(/gtFine.*_(labelIds|instanceIds|polygons)\./i)) return "cityscapes";
  if (has(/(^|\/)SegmentationClass\//)) return "voc";
  if (has(/(^|\/)data\.ya?ml$/i) && has(/\.txt$/i)) return "yolo_seg";
  if (has(/(^|\/)annotations\.xml$/i)) return "cvat";
  if (has(/panoptic[^/]*\.json$/i)) return "coco_mask";
  if (has(/(^|\/)(instances|person_keypoints|_annotations\.coco)[^/]*\.json$/i)) return "coco";
  return null;
}
