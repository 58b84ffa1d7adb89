import { Select, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router";
import { formErrors } from "@/api/problem";
import type { Architecture, Workflow } from "@/api/types";
import { Panel } from "@/components/Panel";
import { useCreateSweep } from "../api/sweeps";
import { candidatesOf, fieldProblem, initialSweep, type SweepForm, toBody } from "../model/form";
import { FieldList } from "./FieldList";
import { MethodFields } from "./MethodFields";
import { SweepPreview } from "./SweepPreview";
import classes from "./Sweep.module.css";

interface Props {
  projectId: string;
  workflows: readonly Workflow[];
  architectures: readonly Architecture[];
  /** The workflow to start with, where one was asked for. */
  wanted: string | null;
  metrics: readonly string[];
}

export function SweepEditor({ projectId, workflows, architectures, wanted, metrics }: Props) {
  const navigate = useNavigate();
  const first = workflows.find(({ id }) => id === wanted) ?? workflows[0];
  const [form, setForm] = useState<SweepForm>(() => initialSweep(first?.id ?? "", metrics[0] ?? "val/miou"));
  const [tried, setTried] = useState(false);
  const create = useCreateSweep(projectId);
  const workflow = workflows.find(({ id }) => id === form.workflow) ?? first;
  const architecture = architectures.find(({ name }) => name === workflow?.spec.architecture);
  if (!workflow) return null;
  const candidates = architecture ? candidatesOf(workflow.spec, architecture) : [];
  const candidateOf = (path: string) => candidates.find((one) => one.path === path);
  const usualName = `${workflow.name} sweep`;
  const refused = formErrors(create.error);
  const problems = new Map(
    form.fields.flatMap((field, index) => {
      const own = tried ? fieldProblem(field, candidateOf(field.path)) : null;
      const sent = Object.entries(refused).find(([path]) => path === `parameters.${index}` || path.startsWith(`parameters.${index}.`))?.[1];
      const problem = own ?? sent;
      return problem == null ? [] : [[field.path, problem] as const];
    }),
  );
  const set = (change: Partial<SweepForm>) => {
    if (create.error) create.reset();
    setForm({ ...form, ...change });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (form.fields.length === 0 || form.fields.some((field) => fieldProblem(field, candidateOf(field.path)) !== null)) return;
    create.mutate(toBody(form, candidates, Number(workflow.spec.hyperparameters["steps"] ?? 0), usualName), {
      onSuccess: (sweep) => void navigate(`/projects/${projectId}/runs/sweeps/${sweep.id}`),
    });
  };
  return (
    <form onSubmit={submit} noValidate className={classes.editor}>
      <Stack gap="md" miw={0}>
        <Panel title="What is trained">
          <div className={classes.pair}>
            <Select
              label="Workflow"
              data={workflows.map(({ id, name, version }) => ({ value: id, label: `${name} v${version}` }))}
              value={workflow.id}
              onChange={(id) => id !== null && set({ workflow: id, fields: [] })}
              allowDeselect={false}
              searchable
              error={refused["workflow"]}
            />
            <TextInput
              label="Name of the sweep"
              maxLength={120}
              placeholder={usualName}
              value={form.name}
              onChange={(event) => set({ name: event.currentTarget.value })}
              error={refused["name"]}
            />
          </div>
        </Panel>
        <Panel title="What varies">
          {architecture ? (
            <FieldList
              candidates={candidates}
              fields={form.fields}
              method={form.method}
              problems={problems}
              onChange={(fields) => set({ fields })}
            />
          ) : (
            <Text size="sm" c="red">
              The architecture of this workflow, {workflow.spec.architecture}, is not installed here.
            </Text>
          )}
          {tried && form.fields.length === 0 && (
            <Text size="sm" c="red" mt="xs" role="alert">
              Choose at least one field.
            </Text>
          )}
        </Panel>
        <Panel title="How values are chosen">
          <MethodFields form={form} onChange={set} refused={refused} workflow={workflow} metrics={metrics} />
        </Panel>
      </Stack>
      <div className={classes.side}>
        <SweepPreview form={form} workflow={workflow} candidates={candidates} pending={create.isPending} error={create.error} />
      </div>
    </form>
  );
}
