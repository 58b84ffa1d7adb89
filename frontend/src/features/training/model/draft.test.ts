import { describe, expect, it } from "vitest";
import { draftKey, dropDraft, type KeptDraft, readDraft, readOptions, writeDraft, writeOptions } from "./draft";
import { architecture, other } from "./fixture";
import { defaultSpec } from "./form";
import { initialOptions } from "./options";

function memory(): Storage {
  const values = new Map<string, string>();
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
  } as Storage;
}

const draft: KeptDraft = { form: { name: "a", spec: defaultSpec(architecture) }, version: 2, at: "2026-01-01T00:00:00Z" };

describe("a draft", () => {
  it("is kept for one person, project and workflow until it is dropped", () => {
    const store = memory();
    const key = draftKey("u", "p", "w");
    writeDraft(store, key, draft);
    expect(readDraft(store, key, [architecture])).toMatchObject(draft);
    expect(readDraft(store, draftKey("u", "p", null), [architecture])).toBeNull();
    dropDraft(store, key);
    expect(readDraft(store, key, [architecture])).toBeNull();
  });

  it("is no longer one where the catalogue has moved on, or an older page wrote it", () => {
    const store = memory();
    writeDraft(store, "k", draft);
    expect(readDraft(store, "k", [other])).toBeNull();
    expect(readDraft(store, "k", [{ ...architecture, augmentations: [] }])).toBeNull();
    store.setItem("k", JSON.stringify(draft));
    expect(readDraft(store, "k", [architecture])).toBeNull();
    store.setItem("k", "{");
    expect(readDraft(store, "k", [architecture])).toBeNull();
  });
});

it("remembers hardware and checkpoints, but not the data", () => {
  const store = memory();
  writeOptions(store, "o", { ...initialOptions("s1"), device: "cpu" });
  expect(readOptions(store, "o", null)).toMatchObject({ device: "cpu", snapshot: null, keep: 3 });
  expect(readOptions(store, "o", "s2").snapshot).toBe("s2");
});
