import { ActionIcon, Radio, Select, Stack, Tooltip } from "@mantine/core";
import { useState } from "react";
import type { LabelClass } from "@/api/types";
import { ConfirmButton } from "@/components/ConfirmButton";
import { count } from "@/components/format";
import { IconTrash } from "@/components/icons";
import { useDeleteClass } from "../api/classes";

interface Props {
  label: LabelClass;
  others: readonly LabelClass[];
  projectId: string;
}

/** Asks what becomes of the annotations of a class, then deletes it. */
export function DeleteClass({ label, others, projectId }: Props) {
  const remove = useDeleteClass(projectId);
  const [chosen, setChosen] = useState<"move" | "delete" | null>(null);
  const [picked, setPicked] = useState<string | null>(null);
  const used = label.annotations > 0;
  const fate = chosen ?? (others.length > 0 ? "move" : "delete");
  const target = others.some(({ id }) => id === picked) ? picked : (others[0]?.id ?? null);
  const many = count(label.annotations, "annotation");
  const annotations = !used ? undefined : fate === "move" && target !== null ? target : "delete";
  return (
    <ConfirmButton
      title={`Delete “${label.name}”?`}
      confirm={annotations === "delete" ? `Delete class and ${many}` : "Delete class"}
      onConfirm={() => remove.mutateAsync({ id: label.id, annotations })}
      trigger={(open) => (
        <Tooltip label="Delete">
          <ActionIcon variant="subtle" color="gray" aria-label={`Delete ${label.name}`} onClick={open}>
            <IconTrash size={15} />
          </ActionIcon>
        </Tooltip>
      )}
    >
      {used ? (
        <Radio.Group
          label={`What becomes of its ${many}?`}
          description="Snapshots made before keep them as they are."
          value={fate}
          onChange={(value) => setChosen(value === "move" ? "move" : "delete")}
        >
          <Stack gap="xs" mt="xs">
            {others.length > 0 && <Radio value="move" label={`Move its ${many} to another class`} />}
            {fate === "move" && others.length > 0 && (
              <Select
                aria-label="Class that gets the annotations"
                ml={28}
                data={others.map(({ id, name }) => ({ value: id, label: name }))}
                allowDeselect={false}
                value={target}
                onChange={setPicked}
              />
            )}
            <Radio value="delete" label={label.annotations === 1 ? "Delete it" : "Delete them"} />
          </Stack>
        </Radio.Group>
      ) : (
        "No annotation uses it."
      )}
    </ConfirmButton>
  );
}
