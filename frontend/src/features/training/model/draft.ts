import type { Architecture } from "@/api/types";
import type { TrainingForm } from "./form";
import type { OptionsForm } from "./options";

export interface Draft {
  form: TrainingForm;
  options: OptionsForm;
}

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** Where this tab keeps what somebody filled in, until it is sent. */
export function draftKey(user: string, projectId: string, workflow: string | null): string {
  return `tessera-training:${user}:${projectId}:${workflow ?? "new"}`;
}

/** What was filled in, unless it no longer fits the architectures there are. */
export function readDraft(store: Store, key: string, architectures: readonly Architecture[]): Draft | null {
  const text = store.getItem(key);
  if (text === null) return null;
  const draft = JSON.parse(text) as Draft;
  const architecture = architectures.find(({ name }) => name === draft.form.architecture);
  const fits = architecture?.hyperparameters.every(({ name }) => name in draft.form.hyperparameters) ?? false;
  return fits ? draft : null;
}

export function writeDraft(store: Store, key: string, draft: Draft): void {
  store.setItem(key, JSON.stringify(draft));
}

export function dropDraft(store: Store, key: string): void {
  store.removeItem(key);
}
