import { Alert, Button, Group } from "@mantine/core";
import { useRef } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { formErrors } from "@/api/problem";
import type { Architecture, Task, Workflow } from "@/api/types";
import { Ago } from "@/components/Ago";
import { IconInfo } from "@/components/icons";
import { Panel } from "@/components/Panel";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useSnapshots } from "@/features/snapshots/api/snapshots";
import { useCheck } from "../api/check";
import { useSave, useStartRun } from "../api/workflows";
import { checkErrors, pathsOf, weightErrors } from "../model/errors";
import { defaultValues, type Draft, toSpec, type WorkflowForm } from "../model/form";
import { NODE_TITLES, nodeOf, type NodeId, NODES } from "../model/nodes";
import { optionErrors, toOptions } from "../model/options";
import { AugmentationsPanel } from "./AugmentationsPanel";
import { type Builder, BuilderContext } from "./builder";
import { BuilderBar } from "./BuilderBar";
import classes from "./Builder.module.css";
import { CheckStrip } from "./CheckStrip";
import { DataPanel } from "./DataPanel";
import { focusField } from "./focusField";
import { LeaveGuard } from "./LeaveGuard";
import { ModelPanel } from "./ModelPanel";
import { RunPanel } from "./RunPanel";
import { TrainingPanel } from "./TrainingPanel";
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
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const state = useWorkflowForm({ architectures, workflow, initial, draftId, optionsId, snapshot, takenNames });
  const { form, options, dirty, kept, refused, setRefused, replace, setOptions, settle, discard } = state;
  const save = useSave(projectId);
  const start = useStartRun(projectId);
  /** What a new workflow was saved as, so that a second try to start makes no second one. */
  const saved = useRef(workflow);
  const leavingRef = useRef(false);
  const spec = toSpec(form.spec);
  const check = useCheck(projectId, spec);
  const snapshots = useSnapshots(projectId);
  const architecture = architectures.find(({ name }) => name === form.spec.architecture) ?? architectures[0];
  if (!architecture) return null;

  // The last answer stays while the next one is on its way; only one about what is there now holds anything up.
  const answered = check.data !== undefined && !check.stale;
  const errors = { ...refused, ...optionErrors(options), ...checkErrors(check.data?.errors ?? []), ...weightErrors(form.spec.weights) };
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

  const refuse = (error: unknown) => {
    const wrong = pathsOf(formErrors(error));
    setRefused(wrong);
    const [first] = Object.keys(wrong);
    if (first !== undefined) goTo(first);
  };
  const store = async (): Promise<Workflow | null> => {
    if (saved.current && !dirty) return saved.current;
    try {
      const next = await save.mutateAsync({ workflow: saved.current?.id ?? null, name: form.name.trim(), spec });
      saved.current = next;
      settle(next);
      return next;
    } catch (error) {
      refuse(error);
      return null;
    }
  };
  /** The page of the saved workflow takes the place of the page of a new one. */
  const goToSaved = (next: Workflow) => {
    if (workflow !== null) return;
    leavingRef.current = true;
    void navigate({ pathname: `../${next.id}`, search: search.toString() }, { replace: true, relative: "path" });
  };
  const onSave = async () => {
    const next = await store();
    if (next) goToSaved(next);
  };
  const onStart = async () => {
    start.reset();
    const [first] = Object.keys(answered ? errors : { ...refused, ...optionErrors(options) });
    if (first !== undefined) return goTo(first);
    const next = await store();
    if (!next) return;
    start.mutate(
      { workflow: next.id, options: toOptions(options) },
      {
        onSuccess: (run) => {
          leavingRef.current = true;
          void navigate(`/projects/${projectId}/runs/${run.id}`);
        },
        onError: refuse,
      },
    );
  };
  const PanelOf = PANELS[selected];
  const failure = save.error ?? start.error;
  const newer = workflow !== null && state.base.version !== null && workflow.version > state.base.version;
  return (
    <BuilderContext value={builder}>
      <div className={classes.builder}>
        <BuilderBar
          base={state.base.form}
          dirty={dirty}
          busy={save.isPending || start.isPending}
          saving={save.isPending && !start.isPending}
          starting={start.isPending}
          onSave={() => void onSave()}
          onStart={() => void onStart()}
          onDiscard={discard}
          onRestored={settle}
        />
        {kept !== null && dirty && (
          <Alert icon={<IconInfo />} role="status" py={8}>
            <Group gap="sm">
              <span>
                <b>Here is what you had not saved,</b> from <Ago time={kept.at} />
                {kept.version !== null && workflow !== null && kept.version < workflow.version && `, on top of version ${kept.version}; version ${workflow.version} is newer`}.
              </span>
              <Button size="compact-xs" variant="default" onClick={discard}>
                Start over
              </Button>
              <Button size="compact-xs" variant="default" onClick={state.dismissKept}>
                Go on
              </Button>
            </Group>
          </Alert>
        )}
        {newer && (
          <Alert icon={<IconInfo />} color="orange" role="status" title={`Version ${workflow.version} was saved meanwhile`}>
            <Button size="compact-xs" variant="default" onClick={() => settle(workflow)}>
              {dirty ? "Load it and drop my changes" : "Load it"}
            </Button>
          </Alert>
        )}
        <WorkflowGraph selected={selected} onSelect={select} onChoose={choose} />
        <CheckStrip notes={check.data?.notes ?? []} checking={!answered && check.error == null} failure={check.error} onGoTo={goTo} />
        {failure && Object.keys(pathsOf(formErrors(failure))).length === 0 && (
          <ProblemAlert error={failure} doing={save.error ? "Saving" : "Starting"} />
        )}
        <div id={PANEL_ID} role="tabpanel" aria-labelledby={nodeId(selected)} tabIndex={-1} className={classes.panel}>
          <Panel title={NODE_TITLES[selected]}>
            <PanelOf />
          </Panel>
        </div>
      </div>
      <LeaveGuard dirty={dirty} leavingRef={leavingRef} onSave={async () => (await store()) !== null} onDiscard={discard} />
    </BuilderContext>
  );
}
