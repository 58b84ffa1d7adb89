import { Button, Checkbox, ColorInput, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { formErrors } from "@/api/problem";
import type { LabelClass } from "@/api/types";
import { ProblemAlert } from "@/components/ProblemAlert";
import { type ClassInput, useChangeClass, useCreateClass } from "../api/classes";
import { colorProblem, freeColors } from "../model/style";

interface Props {
  projectId: string;
  label: LabelClass | null;
  others: readonly LabelClass[];
  isPanoptic: boolean;
  onClose: () => void;
}

export function ClassForm({ projectId, label, others, isPanoptic, onClose }: Props) {
  const create = useCreateClass(projectId);
  const change = useChangeClass(projectId);
  const saving = label === null ? create : change;
  const nextKey = String(others.length + 1);
  const initialValues: ClassInput = label ?? {
    name: "",
    color: "",
    hotkey: nextKey.length === 1 && !others.some(({ hotkey }) => hotkey === nextKey) ? nextKey : "",
    description: "",
    ignore: false,
    stuff: false,
  };
  const form = useForm<ClassInput>({
    initialValues: {
      name: initialValues.name,
      color: initialValues.color,
      hotkey: initialValues.hotkey,
      description: initialValues.description,
      ignore: initialValues.ignore,
      stuff: initialValues.stuff,
    },
    validate: {
      name: (value) => (value.trim() === "" ? "Name the class." : null),
      color: (value) => {
        if (label !== null && value.toLowerCase() === label.color.toLowerCase()) return null;
        return label !== null && value === "" ? "Choose a colour." : colorProblem(value, others);
      },
    },
  });
  const handlers = { onSuccess: onClose, onError: (error: unknown) => form.setErrors(formErrors(error)) };
  const submit = form.onSubmit((values) => {
    if (label === null) create.mutate(values, handlers);
    else change.mutate({ id: label.id, ...values }, handlers);
  });
  return (
    <Modal opened onClose={onClose} title={label === null ? "New class" : `Edit “${label.name}”`} size="sm">
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <TextInput label="Name" maxLength={120} data-autofocus {...form.getInputProps("name")} />
          <Group gap="sm" align="flex-start" wrap="nowrap">
            <ColorInput
              label="Colour"
              format="hex"
              placeholder="Chosen for you"
              swatches={freeColors(others)}
              swatchesPerRow={6}
              {...form.getInputProps("color")}
            />
            <TextInput label="Hotkey" maxLength={1} w={90} {...form.getInputProps("hotkey")} />
          </Group>
          <TextInput label="Description" {...form.getInputProps("description")} />
          <Checkbox
            label="Ignore in training and metrics (void)"
            {...form.getInputProps("ignore", { type: "checkbox" })}
          />
          {isPanoptic && (
            <Checkbox
              label="Stuff: uncountable, such as sky"
              description="All of it in one image is one segment, however often it is drawn."
              {...form.getInputProps("stuff", { type: "checkbox" })}
            />
          )}
          <ProblemAlert error={saving.error} known={Object.keys(form.values)} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={saving.isPending}>
              {label === null ? "Add class" : "Save class"}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
