import { useState } from "react";
import type { Architecture, Workflow } from "@/api/types";
import { dropDraft, readDraft, readOptions, writeDraft, writeOptions } from "../model/draft";
import { changedInForm, changedInOptions, stillWrong } from "../model/errors";
import { same } from "../model/fields";
import { defaultSpec, freeName, fromSpec, type WorkflowForm } from "../model/form";
import type { OptionsForm } from "../model/options";

interface Input {
  architectures: readonly Architecture[];
  workflow: Workflow | null;
  initial: WorkflowForm;
  draftId: string;
  optionsId: string;
  snapshot: string | null;
  takenNames: readonly string[];
}

/** The edited workflow: what it was, what it is, and what a refusal said; drafts are kept in this browser. */
export function useWorkflowForm({ architectures, workflow, initial, draftId, optionsId, snapshot, takenNames }: Input) {
  const [base, setBase] = useState({ version: workflow?.version ?? null, form: initial });
  const [kept, setKept] = useState(() => readDraft(localStorage, draftId, architectures));
  const [form, setForm] = useState(kept?.form ?? initial);
  const [options, setAllOptions] = useState(() => readOptions(localStorage, optionsId, snapshot));
  const [refused, setRefused] = useState<Record<string, string>>({});
  const dirty = !same(form, base.form);

  const replace = (wanted: WorkflowForm) => {
    const next = workflow === null ? renamed(form, wanted, architectures, takenNames) : wanted;
    setForm(next);
    setRefused((errors) => stillWrong(errors, changedInForm(form, next)));
    if (same(next, base.form)) dropDraft(localStorage, draftId);
    else writeDraft(localStorage, draftId, { form: next, version: base.version, at: new Date().toISOString() });
  };
  const setOptions = (change: Partial<OptionsForm>) => {
    const next = { ...options, ...change };
    setAllOptions(next);
    writeOptions(localStorage, optionsId, next);
    setRefused((errors) => stillWrong(errors, changedInOptions(options, next)));
  };
  /** The form as the server has it now. */
  const settle = (saved: Workflow) => {
    const architecture = architectures.find(({ name }) => name === saved.spec.architecture);
    if (!architecture) return;
    const next = { name: saved.name, spec: fromSpec(architecture, saved.spec) };
    setBase({ version: saved.version, form: next });
    setForm(next);
    setKept(null);
    setRefused({});
    dropDraft(localStorage, draftId);
  };
  const discard = () => {
    dropDraft(localStorage, draftId);
    setKept(null);
    setForm(base.form);
    setRefused({});
  };
  return { base, form, options, dirty, kept, refused, setRefused, replace, setOptions, settle, discard, dismissKept: () => setKept(null) };
}

/** A new workflow is called after its model until somebody gives it a name. */
function renamed(before: WorkflowForm, after: WorkflowForm, architectures: readonly Architecture[], taken: readonly string[]): WorkflowForm {
  if (after.name !== before.name || before.name !== ownName(before, architectures, taken)) return after;
  return { ...after, name: ownName(after, architectures, taken) };
}

function ownName({ spec }: WorkflowForm, architectures: readonly Architecture[], taken: readonly string[]): string {
  const title = architectures.find(({ name }) => name === spec.architecture)?.title ?? spec.architecture;
  return freeName(`${title} ${spec.variant}`, taken);
}

export function newForm(architecture: Architecture, taken: readonly string[]): WorkflowForm {
  const spec = defaultSpec(architecture);
  return { name: ownName({ name: "", spec }, [architecture], taken), spec };
}
