import { ActionIcon, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { explain } from "@/api/problem";
import type { LabelClass } from "@/api/types";
import { IconCheck } from "@/components/icons";
import { useCreateClass } from "@/features/classes/api/classes";
import classes from "./Panels.module.css";

interface Props {
  projectId: string;
  labels: readonly LabelClass[];
  onAdded: (id: string) => void;
  onClose: () => void;
}

/** A class by its name alone: colour and key are chosen, everything else is on the classes page. */
export function AddClass({ projectId, labels, onAdded, onClose }: Props) {
  const create = useCreateClass(projectId);
  const [name, setName] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === "" || create.isPending) return;
    create.mutate(
      { name: name.trim(), color: "", hotkey: freeKey(labels), description: "", ignore: false, stuff: false },
      {
        onSuccess: ({ id }) => {
          setName("");
          onAdded(id);
        },
      },
    );
  };
  return (
    <form className={classes.add} onSubmit={submit}>
      <TextInput
        size="xs"
        aria-label="Name of the new class"
        placeholder="Name, then Enter"
        maxLength={120}
        autoFocus
        value={name}
        error={create.error ? wrong(create.error) : undefined}
        onChange={(event) => setName(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") onClose();
          event.stopPropagation();
        }}
        rightSection={
          <ActionIcon type="submit" size={22} variant="subtle" aria-label="Add the class" loading={create.isPending} disabled={name.trim() === ""}>
            <IconCheck size={14} />
          </ActionIcon>
        }
      />
    </form>
  );
}

function freeKey(labels: readonly LabelClass[]): string {
  const taken = new Set(labels.map(({ hotkey }) => hotkey));
  return [..."123456789"].find((key) => !taken.has(key)) ?? "";
}

function wrong(error: unknown): string {
  const { title, detail, fields, next } = explain(error);
  return fields[0]?.message ?? [title, detail, next].filter((part) => part !== "").join(" ");
}
