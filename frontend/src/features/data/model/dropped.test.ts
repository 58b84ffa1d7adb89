import { expect, it } from "vitest";
import { chosen, dropped } from "./dropped";

const file = (name: string, path = "") => Object.assign(new File(["x"], name), { webkitRelativePath: path }) as File;

const entry = (name: string, children?: unknown[]) => {
  let rest = children ?? [];
  return {
    name,
    isFile: children === undefined,
    file: (resolve: (found: File) => void) => resolve(file(name)),
    createReader: () => ({
      // Two at a time, as browsers give a hundred.
      readEntries: (resolve: (found: unknown[]) => void) => {
        resolve(rest.slice(0, 2));
        rest = rest.slice(2);
      },
    }),
  };
};

it("names chosen files with the folders they come from", () => {
  const files = [file("a.jpg"), file("b.jpg", "day/b.jpg"), file(".DS_Store", "day/.DS_Store")];
  expect(chosen(files).map(({ path }) => path)).toEqual(["a.jpg", "day/b.jpg"]);
});

it("looks through dropped folders to their last file", async () => {
  const many = Array.from({ length: 5 }, (_, number) => entry(`${number}.jpg`));
  const items = [entry("street", [...many, entry("night", [entry("x.jpg")]), entry("Thumbs.db")]), entry("y.png")];
  const transfer = { items: items.map((each) => ({ webkitGetAsEntry: () => each })), files: [] };
  const found = await dropped(transfer as unknown as DataTransfer);
  expect(found.map(({ path }) => path)).toEqual([...Array(5).keys()].map((number) => `street/${number}.jpg`).concat("street/night/x.jpg", "y.png"));
});

it("takes the files where the browser knows no entries", async () => {
  const transfer = { items: [{ webkitGetAsEntry: () => null }], files: [file("a.jpg")] };
  expect((await dropped(transfer as unknown as DataTransfer)).map(({ path }) => path)).toEqual(["a.jpg"]);
});
