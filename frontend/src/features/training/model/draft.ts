import type { Architecture } from "@/api/types";
import type { WorkflowForm } from "./form";
import { initialOptions, type OptionsForm } from "./options";

/** What somebody filled in and has not saved; `version` is the one it started from. */
export interface KeptDraft {
  form: WorkflowForm;
  version: number | null;
  at: string;
}

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const LAYOUT = 3;

/** Where this browser keeps what somebody filled in, until it is saved or thrown away. */
export function draftKey(user: string, projectId: string, workflow: string | null): string {
  return `tessera-training:${user}:${projectId}:${workflow ?? "new"}`;
}

/** What was filled in, unless it no longer fits the architectures there are. */
export function readDraft(store: Store, key: string, architectures: readonly Architecture[]): KeptDraft | null {
  const kept = parsed(store.getItem(key));
  if (kept === null) return null;
  const { spec } = kept.form;
  const architecture = architectures.find(({ name }) => name === spec.architecture);
  if (!architecture) return null;
  const knows = architecture.hyperparameters.every(({ name }) => name in spec.hyperparameters);
  const fits = knows && spec.augmentations.every(({ name }) => architecture.augmentations.some((one) => one.name === name));
  return fits ? kept : null;
}

export function writeDraft(store: Store, key: string, draft: KeptDraft): void {
  store.setItem(key, JSON.stringify({ ...draft, layout: LAYOUT }));
}

export function dropDraft(store: Store, key: string): void {
  store.removeItem(key);
}

/** Where this browser keeps the hardware and checkpoints that somebody chose last in a project. */
export function optionsKey(user: string, projectId: string): string {
  return `tessera-run-options:${user}:${projectId}`;
}

/** The options chosen last, on the snapshot asked for: a run starts from the newest data unless told otherwise. */
export function readOptions(store: Store, key: string, snapshot: string | null): OptionsForm {
  const fresh = initialOptions(snapshot);
  try {
    const kept = JSON.parse(store.getItem(key) ?? "{}") as Partial<OptionsForm>;
    const known = Object.entries(kept).filter(([name]) => name in fresh);
    return { ...fresh, ...Object.fromEntries(known), snapshot };
  } catch {
    return fresh;
  }
}

export function writeOptions(store: Store, key: string, options: OptionsForm): void {
  store.setItem(key, JSON.stringify(options));
}

/** A draft of this layout; one that an earlier version of the page wrote is none. */
function parsed(text: string | null): KeptDraft | null {
  if (text === null) return null;
  try {
    const value = JSON.parse(text) as KeptDraft & { layout?: number };
    return value.layout === LAYOUT ? value : null;
  } catch {
    return null;
  }
}
