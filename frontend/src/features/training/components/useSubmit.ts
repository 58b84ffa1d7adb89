import { type RefObject, useRef, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { formErrors } from "@/api/problem";
import type { Workflow } from "@/api/types";
import { useSave, useStartRun } from "../api/workflows";
import { pathsOf } from "../model/errors";
import { toSpec } from "../model/form";
import { toOptions } from "../model/options";
import type { useWorkflowForm } from "./useWorkflowForm";

interface Input {
  projectId: string;
  workflow: Workflow | null;
  state: ReturnType<typeof useWorkflowForm>;
  /** The paths that are known to be wrong before anything is sent. */
  wrong: readonly string[];
  onGoTo: (path: string) => void;
}

export interface Submit {
  save: () => Promise<boolean>;
  saveAndStay: () => void;
  start: () => void;
  saving: boolean;
  starting: boolean;
  /** What was refused for another reason than a field, and while doing what. */
  failure: { doing: string; error: unknown } | null;
  /** Set while the builder itself goes on to another page. */
  leavingRef: RefObject<boolean>;
}

/** Saving and starting: what a refusal names is shown at its field, everything else above the panel. */
export function useSubmit({ projectId, workflow, state, wrong, onGoTo }: Input): Submit {
  const navigate = useNavigate();
  const { search } = useLocation();
  const saving = useSave(projectId);
  const starting = useStartRun(projectId);
  const [wantsRun, setWantsRun] = useState(false);
  /** What a new workflow was saved as, so that a second try to start makes no second one. */
  const savedRef = useRef(workflow);
  const leavingRef = useRef(false);

  const refuse = (error: unknown) => {
    const fields = pathsOf(formErrors(error));
    state.setRefused(fields);
    const [first] = Object.keys(fields);
    if (first !== undefined) onGoTo(first);
  };
  const store = async (): Promise<Workflow | null> => {
    if (savedRef.current && !state.dirty) return savedRef.current;
    const { name, spec } = state.form;
    try {
      const next = await saving.mutateAsync({ workflow: savedRef.current?.id ?? null, name: name.trim(), spec: toSpec(spec) });
      savedRef.current = next;
      state.settle(next);
      return next;
    } catch (error) {
      refuse(error);
      return null;
    }
  };
  const saveAndStay = async () => {
    const next = await store();
    if (!next || workflow !== null) return;
    // The page of the saved workflow takes the place of the page of a new one.
    leavingRef.current = true;
    void navigate({ pathname: `../${next.id}`, search }, { replace: true, relative: "path" });
  };
  const start = async () => {
    starting.reset();
    const [first] = wrong;
    if (first !== undefined) return onGoTo(first);
    setWantsRun(true);
    const next = await store();
    if (next) {
      await starting
        .mutateAsync({ workflow: next.id, options: toOptions(state.options) })
        .then((run) => {
          leavingRef.current = true;
          return navigate(`/projects/${projectId}/runs/${run.id}`);
        })
        .catch(refuse);
    }
    setWantsRun(false);
  };
  const error = saving.error ?? starting.error;
  const named = error !== null && Object.keys(pathsOf(formErrors(error))).length > 0;
  return {
    save: async () => (await store()) !== null,
    saveAndStay: () => void saveAndStay(),
    start: () => void start(),
    saving: saving.isPending && !wantsRun,
    starting: wantsRun,
    failure: error === null || named ? null : { doing: saving.error ? "Saving" : "Starting", error },
    leavingRef,
  };
}
