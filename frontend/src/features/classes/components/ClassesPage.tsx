import { Button, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { LabelClass } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { IconPlus, IconTag } from "@/components/icons";
import { notifyProblem } from "@/components/notify";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useProjectId } from "@/components/route";
import { useShortcut } from "@/components/shortcuts";
import { useProject } from "@/features/projects/api/projects";
import { useChangeClass, useClasses } from "../api/classes";
import { reordered } from "../model/style";
import { ClassForm } from "./ClassForm";
import { ClassRow } from "./ClassRow";
import classes from "./Classes.module.css";

export function ClassesPage() {
  const projectId = useProjectId();
  const labels = useClasses(projectId);
  const project = useProject(projectId);
  const change = useChangeClass(projectId);
  const [editing, setEditing] = useState<LabelClass | "new" | null>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  useShortcut("n", "New class", () => setEditing("new"));

  const move = async (list: readonly LabelClass[], id: string, index: number) => {
    if (index < 0 || index >= list.length) return;
    try {
      for (const { id: one, position } of reordered(list, id, index)) await change.mutateAsync({ id: one, position });
    } catch (error) {
      notifyProblem("Moving the class", error);
    }
  };
  const add = (
    <Button leftSection={<IconPlus />} onClick={() => setEditing("new")}>
      New class
    </Button>
  );
  return (
    <Stack gap={0} maw={980} w="100%">
      <PageHeader
        title="Classes"
        sub="Their order is the order of mask values: 0 is background, then 1, 2, 3 …"
        actions={(labels.data?.length ?? 0) > 0 && add}
      />
      <QueryView query={labels}>
        {(list) =>
          list.length === 0 ? (
            <Panel>
              <EmptyState icon={<IconTag size={34} />} title="No classes yet" action={add}>
                Classes say what can be labelled, such as “squirrel” and “butterfly”. An import can bring its own classes, too.
              </EmptyState>
            </Panel>
          ) : (
            <Panel flush>
              <ul className={classes.list} aria-label="Classes" aria-busy={change.isPending}>
                {list.map((label, index) => (
                  <ClassRow
                    key={label.id}
                    label={label}
                    others={list.filter(({ id }) => id !== label.id)}
                    projectId={projectId}
                    onEdit={() => setEditing(label)}
                    onUp={index > 0 ? () => void move(list, label.id, index - 1) : undefined}
                    onDown={index < list.length - 1 ? () => void move(list, label.id, index + 1) : undefined}
                    dragged={dragged === label.id}
                    onDrag={setDragged}
                    onDropHere={() => {
                      if (dragged !== null && dragged !== label.id) void move(list, dragged, index);
                      setDragged(null);
                    }}
                  />
                ))}
              </ul>
            </Panel>
          )
        }
      </QueryView>
      <Text size="xs" c="dimmed" mt="sm">
        An ignored class (void) is drawn and stored like any other, and left out of losses and metrics.
      </Text>
      {editing !== null && (
        <ClassForm
          key={editing === "new" ? "new" : editing.id}
          projectId={projectId}
          label={editing === "new" ? null : editing}
          others={labels.data ?? []}
          isPanoptic={project.data?.task === "panoptic"}
          onClose={() => setEditing(null)}
        />
      )}
    </Stack>
  );
}
