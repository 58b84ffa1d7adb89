import { expect, it } from "vitest";
import { formatOfNames, zipNames } from "./zipNames";

/** A ZIP's table of contents, with nothing before it: all that is read. */
function zip(names: readonly string[]): Blob {
  const entries = names.map((name) => {
    const text = new TextEncoder().encode(name);
    const entry = new Uint8Array(46 + text.length);
    const view = new DataView(entry.buffer);
    view.setUint32(0, 0x02014b50, true);
    view.setUint16(28, text.length, true);
    entry.set(text, 46);
    return entry;
  });
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint32(12, entries.reduce((sum, { length }) => sum + length, 0), true);
  return new Blob([...entries, end.buffer]);
}

it("reads the names in a ZIP from its end", async () => {
  expect(await zipNames(zip(["images/ä.jpg", "annotations.xml"]))).toEqual(["images/ä.jpg", "annotations.xml"]);
});

it("takes what is no ZIP for one without names", async () => {
  expect(await zipNames(new Blob(["not a ZIP"]))).toEqual([]);
});

it.each([
  ["cvat", ["annotations.xml", "images/1.jpg"]],
  ["yolo_seg", ["data.yaml", "labels/train/1.txt"]],
  ["voc", ["VOC2012/SegmentationClass/1.png", "VOC2012/Annotations/1.xml"]],
  ["cityscapes", ["gtFine/train/a/a_gtFine_labelIds.png"]],
  ["coco", ["annotations/instances_train2017.json", "train2017/1.jpg"]],
])("knows %s by the names inside", (format, inside) => {
  expect(formatOfNames(inside)).toBe(format);
});

it("takes pictures alone for pictures", () => {
  expect(formatOfNames(["a/1.jpg", "a/2.png"])).toBeNull();
});
