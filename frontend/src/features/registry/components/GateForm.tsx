import { Button, Group, NumberInput, Select, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { formErrors } from "@/api/problem";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useSnapshots } from "@/features/snapshots/api/snapshots";
import { type Gate, useGateChanges } from "../api/registry";
import { SPLITS } from "../model/address";
import { CLASS_METRICS, METRICS } from "../model/registry";
import classes from "./Registry.module.css";

interface Props {
  projectId: string;
  /** Null makes a new one. */
  gate: Gate | null;
  onDone: () => void;
}

const WHOLE = "";

export function GateForm({ projectId, gate, onDone }: Props) {
  const snapshots = useSnapshots(projectId);
  const newest = snapshots.data?.[0]?.id ?? "";
  const { save } = useGateChanges(projectId);
  const form = useForm({
    initialValues: {
      name: gate?.name ?? "",
      snapshot: gate?.snapshot.id ?? newest,
      split: gate?.split ?? "test",
      metric: gate?.metric ?? "miou",
      class: gate?.class?.id ?? WHOLE,
      minimum: gate === null ? 70 : Math.round(gate.minimum * 1e6) / 1e4,
    },
    validate: {
      name: (value) => (value.trim() === "" ? "Name the gate." : null),
      snapshot: (value) => (value === "" ? "Choose a snapshot." : null),
    },
  });
  const { values } = form;
  const snapshot = snapshots.data?.find(({ id }) => id === values.snapshot);
  const ofClass = values.class !== WHOLE;
  const metrics = METRICS.filter(({ name, lower }) => lower !== true && (!ofClass || CLASS_METRICS.includes(name)));
  const isEmpty = snapshot !== undefined && snapshot.counts[values.split as "train" | "val" | "test"] === 0;
  const submit = form.onSubmit(({ class: label, minimum, name, ...rest }) =>
    save.mutate(
      { id: gate?.id ?? null, ...rest, name: name.trim(), class: label === WHOLE ? null : label, minimum: Number(minimum) / 100 },
      { onSuccess: onDone, onError: (error) => form.setErrors(formErrors(error)) },
    ),
  );
  return (
    <form onSubmit={submit} noValidate className={classes.gateForm}>
      <Stack gap="sm">
        <TextInput label="Name" placeholder="Good enough for the line" data-autofocus {...form.getInputProps("name")} />
        <SimpleGrid cols={2} spacing="sm">
          <Select
            label="Snapshot"
            data={(snapshots.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            allowDeselect={false}
            searchable
            {...form.getInputProps("snapshot")}
            onChange={(value) => value !== null && form.setValues({ snapshot: value, class: WHOLE })}
          />
          <Select
            label="Images"
            data={[...SPLITS]}
            allowDeselect={false}
            {...form.getInputProps("split")}
            error={form.errors["split"] ?? (isEmpty ? "None in this snapshot" : undefined)}
          />
          <Select
            label="Class"
            data={[{ value: WHOLE, label: "All classes" }, ...(snapshot?.classes ?? []).filter(({ ignore }) => !ignore).map(({ id, name }) => ({ value: id, label: name }))]}
            allowDeselect={false}
            searchable
            {...form.getInputProps("class")}
            onChange={(value) => value !== null && form.setValues({ class: value, ...(value !== WHOLE && !CLASS_METRICS.includes(values.metric) ? { metric: "miou" } : {}) })}
          />
          <Select label="Metric" data={metrics.map(({ name, title }) => ({ value: name, label: name === "miou" && ofClass ? "IoU" : title }))} allowDeselect={false} {...form.getInputProps("metric")} />
        </SimpleGrid>
        <NumberInput label="At least" suffix=" %" min={0} max={100} decimalScale={2} step={1} {...form.getInputProps("minimum")} />
        <ProblemAlert error={save.error} doing="Saving the gate" known={Object.keys(values)} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending}>
            {gate === null ? "Make the gate" : "Save"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
