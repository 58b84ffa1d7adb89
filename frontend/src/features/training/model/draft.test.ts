import { expect, it } from "vitest";
import type { Architecture } from "@/api/types";
import { type Draft, draftKey, dropDraft, readDraft, writeDraft } from "./draft";

const architecture = { name: "segformer", hyperparameters: [{ name: "steps" }] } as Architecture;
const draft = { form: { architecture: "segformer", hyperparameters: { steps: 7 } }, options: {} } as unknown as Draft;

function store() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

it("gives back what was filled in, to the same person, until it is dropped", () => {
  const tab = store();
  const key = draftKey("me", "garden", null);
  writeDraft(tab, key, draft);
  expect(readDraft(tab, key, [architecture])).toEqual(draft);
  expect(readDraft(tab, draftKey("you", "garden", null), [architecture])).toBeNull();
  dropDraft(tab, key);
  expect(readDraft(tab, key, [architecture])).toBeNull();
});

it("leaves out what no longer fits", () => {
  const tab = store();
  writeDraft(tab, "a", draft);
  expect(readDraft(tab, "a", [])).toBeNull();
  expect(readDraft(tab, "a", [{ ...architecture, hyperparameters: [{ name: "new" }] } as Architecture])).toBeNull();
});
