import { ActionIcon, TextInput, Tooltip } from "@mantine/core";
import { useState } from "react";
import type { Run } from "@/api/types";
import { IconEdit } from "@/components/icons";
import { notifyProblem } from "@/components/notify";
import { StatusBadge } from "@/components/StatusBadge";
import { useChangeRun } from "../../api/runs";

const LONGEST = 120;

/** A run's name, changed in place. */
export function RunTitle({ run }: { run: Run }) {
  const [draft, setDraft] = useState<string | null>(null);
  const change = useChangeRun(run);
  const save = () => {
    const name = draft?.trim() ?? "";
    setDraft(null);
    if (name === "" || name === run.name) return;
    change.mutate({ name }, { onError: (error) => notifyProblem("Renaming", error) });
  };
  if (draft !== null) {
    return (
      <TextInput
        size="sm"
        w={320}
        maw="100%"
        aria-label="Name of the run"
        autoFocus
        maxLength={LONGEST}
        value={draft}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onFocus={(event) => event.currentTarget.select()}
        onBlur={save}
        onKeyDown={(event) => {
          if (event.key === "Enter") save();
          if (event.key === "Escape") setDraft(null);
        }}
      />
    );
  }
  return (
    <>
      {change.isPending ? (change.variables.name ?? run.name) : run.name}
      <Tooltip label="Rename">
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label="Rename run" onClick={() => setDraft(run.name)}>
          <IconEdit size={14} />
        </ActionIcon>
      </Tooltip>
      <StatusBadge status={run.status} size="md" />
    </>
  );
}
