import { useSearchParams } from "react-router";
import type { Architecture, Task, Workflow } from "@/api/types";
import { Panel } from "@/components/Panel";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useSnapshots } from "@/features/snapshots/api/snapshots";
import { useCheck } from "../api/check";
import { checkErrors, teacherErrors, weightErrors } from "../model/errors";
import { defaultValues, type Draft, toSpec, type WorkflowForm } from "../model/form";
import { NODE_TITLES, nodeOf, type NodeId, NODES } from "../model/nodes";
import { optionErrors } from "../model/options";
import { AugmentationsPanel } from "./AugmentationsPanel";
import { type Builder, BuilderContext } from "./builder";
import { BuilderBar } from "./BuilderBar";
import classes from "./Builder.module.css";
import { CheckStrip } from "./CheckStrip";
import { DataPanel } from "./DataPanel";
import { focusField } from "./focusField";
import { LeaveGuard } from "./LeaveGuard";
import { ModelPanel } from "./ModelPanel";
import { Notices } from "./Notices";
import { RunPanel } from "./RunPanel";
import { TrainingPanel } from "./TrainingPanel";
import { useSubmit } from "./useSubmit";
import { useWorkflowForm } from "./useWorkflowForm";
import { nodeId, PANEL_ID, WorkflowGraph } from "./WorkflowGraph";

interface Props {
  projectId: string;
  task: Task;
  architectures: readonly Architecture[];
  workflow: Workflow | null;
  initial: WorkflowForm;
  takenNames: readonly string[];
  draftId: string;
  optionsId: string;
  snapshot: string | null;
  /** Whether the person may save and start. */
  mayTrain: boolean;
}

const PANELS: Record<NodeId, React.ComponentType> = {
  data: DataPanel,
  augmentations: AugmentationsPanel,
  model: ModelPanel,
  training: TrainingPanel,
  run: RunPanel,
};

/** The whole builder: a bar, the workflow as a graph, what is to be said about it, and the panel of one node. */
export function WorkflowBuilder({ projectId, task, architectures, workflow, initial, takenNames, draftId, optionsId, snapshot, mayTrain }: Props) {
  const [search, setSearch] = useSearchParams();
  const state = useWorkflowForm({ architectures, workflow, initial, draftId, optionsId, snapshot, takenNames });
  const { form, options, dirty, refused, replace, setOptions, settle, discard } = state;
  const check = useCheck(projectId, toSpec(form.spec));
  const snapshots = useSnapshots(projectId);
  // The last answer stays while the next one is on its way; only one about what is there now holds anything up.
  const answered = check.data !== undefined && !check.stale;
  const errors = { ...refused, ...optionErrors(options), ...checkErrors(check.data?.errors ?? []), ...weightErrors(form.spec.weights), ...teacherErrors(form.spec) };
  const asked = search.get("node");
  const selected: NodeId = NODES.find((node) => node === asked) ?? "model";
  const select = (node: NodeId) => {
    const next = new URLSearchParams(search);
    next.set("node", node);
    setSearch(next, { replace: true, preventScrollReset: true });
  };
  const choose = (node: NodeId) => {
    select(node);
    // Where the graph fills the screen, the panel comes to the eye.
    requestAnimationFrame(() => {
      const panel = document.getElementById(PANEL_ID);
      if (panel && panel.getBoundingClientRect().top > window.innerHeight * 0.6) panel.scrollIntoView({ block: "start" });
    });
  };
  const goTo = (path: string) => {
    const node = nodeOf(path);
    if (node !== null && node !== selected) select(node);
    focusField(path);
  };
  const setSpec = (change: Partial<Draft>) => replace({ ...form, spec: { ...form.spec, ...change } });
  const wrong = Object.keys(answered ? errors : { ...refused, ...optionErrors(options) });
  const submit = useSubmit({ projectId, workflow, state, wrong, onGoTo: goTo });
  const architecture = architectures.find(({ name }) => name === form.spec.architecture) ?? architectures[0];
  if (!architecture) return null;

  const builder: Builder = {
    projectId,
    task,
    architectures,
    architecture,
    defaults: defaultValues(architecture),
    workflow,
    mayTrain,
    form,
    options,
    errors,
    data: snapshots.data?.find(({ id }) => id === options.snapshot)?.counts ?? check.data?.data ?? null,
    setName: (name) => replace({ ...form, name }),
    setSpec,
    setValue: (name, value) => setSpec({ hyperparameters: { ...form.spec.hyperparameters, [name]: value } }),
    setOptions,
  };

  const PanelOf = PANELS[selected];
  const { saving, starting, failure, leavingRef } = submit;
  return (
    <BuilderContext value={builder}>
      <div className={classes.builder}>
        <BuilderBar
          base={state.base.form}
          dirty={dirty}
          busy={saving || starting}
          saving={saving}
          starting={starting}
          onSave={submit.saveAndStay}
          onStart={submit.start}
          onDiscard={discard}
          onRestored={settle}
        />
        <Notices workflow={workflow} state={state} />
        <WorkflowGraph selected={selected} onSelect={select} onChoose={choose} />
        <CheckStrip notes={check.data?.notes ?? []} checking={!answered && check.error == null} failure={check.error} onGoTo={goTo} />
        {failure && <ProblemAlert {...failure} />}
        <div id={PANEL_ID} role="tabpanel" aria-labelledby={nodeId(selected)} tabIndex={-1} className={classes.panel}>
          <Panel title={NODE_TITLES[selected]}>
            <PanelOf />
          </Panel>
        </div>
      </div>
      <LeaveGuard dirty={dirty} leavingRef={leavingRef} onSave={submit.save} onDiscard={discard} />
    </BuilderContext>
  );
}
