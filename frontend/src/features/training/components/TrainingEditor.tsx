import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router";
import { formErrors, strayErrors } from "@/api/problem";
import type { Architecture, Workflow } from "@/api/types";
import { IconInfo } from "@/components/icons";
import { Panel } from "@/components/Panel";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useStartTraining } from "../api/training";
import { dropDraft, readDraft, writeDraft } from "../model/draft";
import { changedInForm, changedInOptions, stillWrong } from "../model/errors";
import { errorsOf, type TrainingForm, toSpec } from "../model/form";
import { initialOptions, type OptionsForm, toOptions } from "../model/options";
import { Augmentations } from "./Augmentations";
import { Hyperparameters } from "./Hyperparameters";
import { ModelSection } from "./ModelSection";
import { RunSection } from "./RunSection";
import classes from "./Training.module.css";

interface Props {
  projectId: string;
  architectures: readonly Architecture[];
  initial: TrainingForm;
  /** Where what is filled in is kept while it is not sent. */
  draftId: string;
  workflow: Workflow | null;
  snapshot: string | null;
}

export function TrainingEditor({ projectId, architectures, initial, draftId, workflow, snapshot }: Props) {
  const navigate = useNavigate();
  const [draft, setDraft] = useState(() => readDraft(sessionStorage, draftId, architectures));
  const [form, setForm] = useState(draft?.form ?? initial);
  const [options, setOptions] = useState<OptionsForm>(() => withSnapshot(draft?.options, snapshot));
  const [saved, setSaved] = useState(workflow?.id ?? null);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const start = useStartTraining(projectId, setSaved);
  const architecture = architectures.find(({ name }) => name === form.architecture) ?? architectures[0];
  if (!architecture) return null;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const spec = toSpec(form);
    setErrors({});
    start.mutate(
      { workflow: saved, name: form.name.trim(), spec, options: toOptions(options) },
      {
        onSuccess: (run) => {
          dropDraft(sessionStorage, draftId);
          void navigate(`/projects/${projectId}/runs/${run.id}`);
        },
        onError: (error) => {
          setErrors(errorsOf(formErrors(error), spec));
          // The first wrong control, once it says so.
          requestAnimationFrame(() => document.querySelector<HTMLElement>("main [aria-invalid=true]")?.focus());
        },
      },
    );
  };
  const settle = (changed: readonly string[]) => {
    const left = stillWrong(errors, changed);
    if (start.error && Object.keys(left).length === 0) start.reset();
    setErrors(left);
  };
  const replace = (next: TrainingForm) => {
    setForm(next);
    writeDraft(sessionStorage, draftId, { form: next, options });
    settle(changedInForm(form, next));
  };
  const update = (change: Partial<TrainingForm>) => replace({ ...form, ...change });
  const changeOptions = (next: OptionsForm) => {
    setOptions(next);
    writeDraft(sessionStorage, draftId, { form, options: next });
    settle(changedInOptions(options, next));
  };
  const startOver = () => {
    dropDraft(sessionStorage, draftId);
    setDraft(null);
    setForm(initial);
    setOptions(initialOptions(snapshot));
    setErrors({});
    start.reset();
  };
  const known = (path: string) => isShown(path, form);
  const stray = strayErrors(errors, known);
  const wrong = Object.keys(errors).length - stray.length;

  return (
    <form onSubmit={submit} noValidate className={classes.editor}>
      <Stack gap="md" miw={0}>
        {draft !== null && (
          <Alert icon={<IconInfo />} role="status" title="Here is what you filled in before">
            <Button size="compact-xs" variant="default" onClick={startOver}>
              Start over
            </Button>
          </Alert>
        )}
        <Panel title="Model">
          <ModelSection projectId={projectId} architectures={architectures} architecture={architecture} form={form} onChange={update} onReplace={replace} errors={errors} />
        </Panel>
        <Panel title="Hyperparameters">
          <Hyperparameters architecture={architecture} form={form} onChange={update} errors={errors} />
        </Panel>
        <Panel title="Augmentations">
          <Augmentations architecture={architecture} form={form} onChange={update} errors={errors} />
        </Panel>
      </Stack>
      <div className={classes.side}>
        <Panel title="Run">
          <RunSection projectId={projectId} options={options} onChange={changeOptions} errors={errors} />
          <Stack gap="xs" mt="md">
            {start.error && stray.length === 0 && wrong > 0 && (
              <Text size="sm" c="red" role="alert">
                {wrong === 1 ? "One field needs a change." : `${wrong} fields need a change.`}
              </Text>
            )}
            {start.error && (stray.length > 0 || wrong === 0) && <ProblemAlert error={start.error} doing="Starting" />}
            <Group grow>
              <Button type="submit" loading={start.isPending}>
                Start training
              </Button>
            </Group>
          </Stack>
        </Panel>
      </div>
    </form>
  );
}

function withSnapshot(kept: OptionsForm | undefined, snapshot: string | null): OptionsForm {
  if (!kept) return initialOptions(snapshot);
  return snapshot === null ? kept : { ...kept, snapshot };
}

const OWN = [
  "name",
  "architecture",
  "variant",
  "weights",
  "input_size",
  "evaluation.every",
  "early_stopping.metric",
  "early_stopping.patience",
  "snapshot",
  "hardware.device",
  "hardware.gpus",
  "hardware.precision",
  "checkpoints.strategy",
  "checkpoints.every",
  "checkpoints.keep",
  "limits.minutes",
  "limits.steps",
];

function isShown(path: string, form: TrainingForm): boolean {
  if (OWN.includes(path) || path.startsWith("input_size.") || path.startsWith("checkpoints.strategy.")) return true;
  const [section, name = ""] = path.split(".");
  if (section === "hyperparameters") return name in form.hyperparameters;
  return section === "augmentations" && form.augmentations.some((one) => one.name === name);
}
