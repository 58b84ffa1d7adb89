import { ActionIcon, Button, Drawer, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { ConfirmButton } from "@/components/ConfirmButton";
import { EmptyState } from "@/components/EmptyState";
import { percent } from "@/components/format";
import { IconCheck, IconEdit, IconPlus, IconTrash } from "@/components/icons";
import { QueryView } from "@/components/QueryView";
import { useSnapshotName } from "@/features/snapshots/api/snapshots";
import { type Gate, useGateChanges, useGates } from "../api/registry";
import { SPLITS } from "../model/address";
import { metricOf } from "../model/registry";
import { GateForm } from "./GateForm";
import classes from "./Registry.module.css";

interface Props {
  projectId: string;
  opened: boolean;
  onClose: () => void;
  edits: boolean;
}

/** What a model has to reach before it may be deployed. */
export function GatesDrawer({ projectId, opened, onClose, edits }: Props) {
  return (
    <Drawer opened={opened} onClose={onClose} position="right" size={460} title={<b>Gates</b>}>
      {opened && <Gates projectId={projectId} edits={edits} />}
    </Drawer>
  );
}

function Gates({ projectId, edits }: { projectId: string; edits: boolean }) {
  const gates = useGates(projectId);
  const [edited, setEdited] = useState<Gate | "new" | null>(null);
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        A gate asks for a metric on the images of a snapshot. A model that misses one, or was never judged on it, cannot be deployed; what serves
        already goes on. An admin can override a gate, which is written to the audit log.
      </Text>
      <QueryView query={gates}>
        {(list) => (
          <Stack gap="xs">
            {list.length === 0 && edited === null && (
              <EmptyState icon={<IconCheck size={28} />} title="No gates">
                Every artifact of this project may be deployed.
              </EmptyState>
            )}
            {list.map((gate) =>
              edited !== null && edited !== "new" && edited.id === gate.id ? (
                <GateForm key={gate.id} projectId={projectId} gate={gate} onDone={() => setEdited(null)} />
              ) : (
                <GateCard key={gate.id} projectId={projectId} gate={gate} edits={edits} onEdit={() => setEdited(gate)} />
              ),
            )}
            {edited === "new" && <GateForm projectId={projectId} gate={null} onDone={() => setEdited(null)} />}
            {edits && edited === null && (
              <Button variant={list.length === 0 ? "filled" : "default"} leftSection={<IconPlus />} onClick={() => setEdited("new")}>
                New gate
              </Button>
            )}
          </Stack>
        )}
      </QueryView>
    </Stack>
  );
}

function GateCard({ projectId, gate, edits, onEdit }: { projectId: string; gate: Gate; edits: boolean; onEdit: () => void }) {
  const { remove } = useGateChanges(projectId);
  const nameOf = useSnapshotName(projectId);
  const split = SPLITS.find(({ value }) => value === gate.split)?.label ?? gate.split;
  return (
    <div className={classes.gateCard}>
      <div>
        <Text size="sm" fw={600} truncate title={gate.name}>
          {gate.name}
        </Text>
        <Text size="sm">
          {metricOf(gate.metric).title}
          {gate.class && ` of ${gate.class.name}`} ≥ <b>{percent(gate.minimum)}</b>
        </Text>
        <Text size="xs" c="dimmed">
          {split} images of {nameOf(gate.snapshot)}
        </Text>
      </div>
      {edits && (
        <Group gap={4} wrap="nowrap">
          <ActionIcon variant="subtle" color="gray" aria-label={`Change ${gate.name}`} onClick={onEdit}>
            <IconEdit />
          </ActionIcon>
          <ConfirmButton
            title={`Delete the gate “${gate.name}”?`}
            confirm="Delete"
            onConfirm={() => remove.mutateAsync(gate.id)}
            trigger={(ask) => (
              <ActionIcon variant="subtle" color="gray" aria-label={`Delete ${gate.name}`} onClick={ask}>
                <IconTrash />
              </ActionIcon>
            )}
          >
            Models that miss it may be deployed from then on.
          </ConfirmButton>
        </Group>
      )}
    </div>
  );
}
