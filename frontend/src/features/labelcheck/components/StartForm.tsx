import { Alert, Button, Group, Modal, NumberInput, SegmentedControl, Select, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { formErrors } from "@/api/problem";
import { count, duration, integer } from "@/components/format";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useArtifacts } from "@/features/artifacts/api/artifacts";
import { useArtifactTitles } from "@/features/artifacts/api/titles";
import { bestFirst } from "@/features/artifacts/model/titles";
import { useRuns } from "@/features/runs/api/runs";
import { useSnapshots } from "@/features/snapshots/api/snapshots";
import { useWorkflows } from "@/features/training/api/workflows";
import { type NewCheck, useStartCheck } from "../api/labelcheck";
import { estimate } from "../model/estimate";

interface Props {
  projectId: string;
  onClose: () => void;
  onStarted: () => void;
}

type Way = "folds" | "artifact";
const FOLDS = 3;

/** How the labels are to be checked, and what that costs. */
export function StartForm({ projectId, onClose, onStarted }: Props) {
  const workflows = useWorkflows(projectId);
  const snapshots = useSnapshots(projectId);
  const artifacts = useArtifacts(projectId);
  const title = useArtifactTitles(projectId);
  const start = useStartCheck(projectId);
  const [way, setWay] = useState<Way>("folds");
  const [chosen, setChosen] = useState<{ workflow?: string; snapshot?: string; artifact?: string }>({});
  const [folds, setFolds] = useState<number | string>(FOLDS);
  const [steps, setSteps] = useState<number | string>("");
  const ranked = bestFirst(artifacts.data ?? []);
  const workflow = chosen.workflow ?? workflows.data?.[0]?.id ?? null;
  const snapshot = chosen.snapshot ?? snapshots.data?.[0]?.id ?? null;
  const artifact = chosen.artifact ?? ranked[0]?.id ?? null;
  const errors = formErrors(start.error);
  const loaded = workflows.data && snapshots.data && artifacts.data;
  const lacks = way === "folds" ? workflow === null || snapshot === null : artifact === null;
  const body: NewCheck =
    way === "artifact"
      ? { artifact: artifact ?? "", folds: FOLDS }
      : { workflow: workflow ?? "", snapshot: snapshot ?? "", folds: Number(folds), ...(steps === "" ? {} : { steps: Number(steps) }) };
  const submit = () => start.mutate(body, { onSuccess: onStarted });
  return (
    <Modal opened onClose={onClose} title="Check the labels" size="md">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!lacks && folds !== "") submit();
        }}
      >
        <Stack gap="sm">
          <SegmentedControl
            aria-label="Who checks"
            value={way}
            onChange={(value) => setWay(value as Way)}
            data={[
              { value: "folds", label: "Every image, by folds" },
              { value: "artifact", label: "Unseen images, by a model" },
            ]}
          />
          <Text size="sm" c="dimmed">
            {way === "folds"
              ? "Models are trained on parts of the snapshot; each judges the part that it never saw. Every label is checked."
              : "A model that is there judges the validation and test images of its snapshot. Nothing is trained; what it learned from is not checked."}
          </Text>
          {loaded && lacks ? (
            <Lacking projectId={projectId} way={way} hasWorkflow={workflow !== null} />
          ) : way === "folds" ? (
            <>
              <Select
                label="Workflow"
                description="Any that learns your classes passably; the smallest is quickest."
                data={(workflows.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
                value={workflow}
                onChange={(id) => id !== null && setChosen({ ...chosen, workflow: id })}
                allowDeselect={false}
                searchable
                error={errors["workflow"]}
              />
              <Select
                label="Snapshot"
                data={(snapshots.data ?? []).map(({ id, name, counts }) => ({ value: id, label: `${name} · ${count(counts.assets, "image")}` }))}
                value={snapshot}
                onChange={(id) => id !== null && setChosen({ ...chosen, snapshot: id })}
                allowDeselect={false}
                searchable
                error={errors["snapshot"]}
              />
              <Group grow gap="sm" align="flex-start">
                <NumberInput label="Folds" min={2} max={10} allowDecimal={false} clampBehavior="strict" value={folds} onChange={setFolds} error={errors["folds"]} />
                <NumberInput
                  label="Steps a fold"
                  placeholder="as the workflow says"
                  min={1}
                  allowDecimal={false}
                  thousandSeparator
                  value={steps}
                  onChange={setSteps}
                  error={errors["steps"]}
                />
              </Group>
              <Cost projectId={projectId} workflow={workflow ?? ""} folds={Number(folds)} steps={steps === "" ? null : Number(steps)} />
            </>
          ) : (
            <Select
              label="Artifact"
              data={ranked.map((each) => ({ value: each.id, label: title(each) }))}
              value={artifact}
              onChange={(id) => id !== null && setChosen({ ...chosen, artifact: id })}
              allowDeselect={false}
              searchable
              error={errors["artifact"]}
            />
          )}
          <ProblemAlert error={start.error} doing="Starting the check" known={["workflow", "snapshot", "artifact", "folds", "steps"]} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={start.isPending} disabled={lacks || folds === ""}>
              Start the check
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Lacking({ projectId, way, hasWorkflow }: { projectId: string; way: Way; hasWorkflow: boolean }) {
  const [what, to, name] =
    way === "artifact"
      ? ["Train a model first, or let folds be trained.", "training", "Training"]
      : hasWorkflow
        ? ["Make a snapshot first: that is what is checked.", "snapshots", "Snapshots"]
        : ["Make a workflow first: it says which model the folds are trained as.", "training/new", "New training"];
  return (
    <Alert>
      {what}{" "}
      <Link className="tess-link" to={`/projects/${projectId}/${to}`}>
        {name}
      </Link>
    </Alert>
  );
}

function Cost({ projectId, workflow, folds, steps }: { projectId: string; workflow: string; folds: number; steps: number | null }) {
  const runs = useRuns(projectId);
  const cost = estimate((runs.data ?? []) as Parameters<typeof estimate>[0], workflow, folds, steps);
  return (
    <Text size="sm" aria-live="polite">
      {cost === null ? (
        <>
          {count(folds, "training")} one after another. How long one takes is not known yet: no run of this workflow has ended.
        </>
      ) : (
        <>
          About <b>{roughly(cost.seconds)}</b>: {count(folds, "training")} of {integer(cost.steps)} steps, as fast as the workflow's last run.
        </>
      )}
    </Text>
  );
}

/** An estimate has no seconds once it is minutes. */
function roughly(seconds: number): string {
  return seconds < 90 || seconds >= 3600 ? duration(seconds) : `${Math.round(seconds / 60)} min`;
}
