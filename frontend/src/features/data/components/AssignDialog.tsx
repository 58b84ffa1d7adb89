import { Button, Group, Modal, MultiSelect, NumberInput, SegmentedControl, Stack, Switch, Text } from "@mantine/core";
import { useState } from "react";
import { EmptyState } from "@/components/EmptyState";
import { count, integer } from "@/components/format";
import { notifyDone } from "@/components/notify";
import { ProblemAlert } from "@/components/ProblemAlert";
import { mayReview } from "@/features/session/model/access";
import { useMembers } from "@/features/workspace/api/workspace";
import { useAssign, type WorkRole } from "@/features/review/api/review";
import type { Target } from "../model/bulk";
import { parts } from "@/features/review/model/shares";

interface Props {
  projectId: string;
  workspace: string;
  opened: boolean;
  onClose: () => void;
  target: Target;
  /** How many there are, where that is known. */
  total: number | null;
  /** How many of them nobody has yet, by role, where that is known. */
  free: Record<WorkRole, number> | null;
  onDone: () => void;
}

const ROLES = [
  { value: "assignee", label: "To annotate" },
  { value: "reviewer", label: "To review" },
];

/** Gives images to people, each a share; how many each will get is shown before. */
export function AssignDialog({ projectId, workspace, opened, onClose, target, total, free, onDone }: Props) {
  const assign = useAssign(projectId);
  const members = useMembers(workspace);
  const [role, setRole] = useState<WorkRole>("assignee");
  const [people, setPeople] = useState<string[]>([]);
  const [shares, setShares] = useState<Record<string, number>>({});
  const [all, setAll] = useState(false);
  const able = (members.data ?? []).filter((each) => (role === "reviewer" ? mayReview(each.role) : each.role !== "viewer"));
  const chosen = able.filter(({ user }) => people.includes(user.id));
  const given = all ? total : (free?.[role] ?? null);
  const counts = parts(given ?? 0, chosen.map(({ user }) => shares[user.id] ?? 1));
  const nameOf = ({ name, email }: { name: string; email: string }) => (name === "" ? email : name);
  const close = () => {
    assign.reset();
    onClose();
  };
  const start = () =>
    assign.mutate(
      {
        role,
        people: chosen.map(({ user }) => ({ user: user.id, share: shares[user.id] ?? 1 })),
        only_unassigned: !all,
        ...("ids" in target ? { assets: target.ids } : { filters: target.filters }),
      },
      {
        onSuccess: ({ assigned, people: got, warnings }) => {
          const who = got.map(({ user, count: number }) => `${user.name} ${number}`).join(", ");
          notifyDone([`${count(assigned, "image")} assigned: ${who}.`, ...warnings].join(" "));
          close();
          onDone();
        },
      },
    );
  return (
    <Modal opened={opened} onClose={close} title={total === null ? "Assign all images that match" : `Assign ${count(total, "image")}`} size="md">
      <Stack gap="md">
        <SegmentedControl
          aria-label="What for"
          data={ROLES}
          value={role}
          onChange={(value) => {
            setRole(value as WorkRole);
            setPeople([]);
          }}
        />
        {members.data && able.length === 0 ? (
          <EmptyState title="Nobody can do that yet">Invite somebody with the right role under Members.</EmptyState>
        ) : (
          <MultiSelect
            label="People"
            placeholder={people.length === 0 ? "Who does it" : ""}
            data={able.map(({ user, role: theirs }) => ({ value: user.id, label: `${nameOf(user)} (${theirs})` }))}
            value={people}
            onChange={setPeople}
            searchable
            clearable
            data-autofocus
            disabled={!members.data}
          />
        )}
        {chosen.length > 1 && (
          <Stack gap={6} role="group" aria-label="Shares">
            {chosen.map(({ user }, n) => (
              <Group key={user.id} gap="sm" wrap="nowrap">
                <Text size="sm" flex={1} truncate>
                  {nameOf(user)}
                </Text>
                <NumberInput
                  size="xs"
                  w={90}
                  min={0}
                  max={1000}
                  aria-label={`Share of ${nameOf(user)}`}
                  value={shares[user.id] ?? 1}
                  onChange={(value) => setShares({ ...shares, [user.id]: Number(value) || 0 })}
                />
                {given !== null && (
                  <Text size="sm" c="dimmed" w={84} ta="right">
                    {count(counts[n] ?? 0, "image")}
                  </Text>
                )}
              </Group>
            ))}
          </Stack>
        )}
        <Switch
          checked={all}
          onChange={(event) => setAll(event.currentTarget.checked)}
          label="Also those that somebody has already"
          description={total !== null && free ? `${integer(total - free[role])} of ${integer(total)} are somebody's` : undefined}
        />
        {chosen.length > 0 && given === 0 && (
          <Text size="sm" c="dimmed">
            All of these are somebody's already.
          </Text>
        )}
        <ProblemAlert error={assign.error ?? members.error} doing={assign.error ? "Assigning the images" : "Loading the people"} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button onClick={start} loading={assign.isPending} disabled={chosen.length === 0 || given === 0}>
            Assign {given === null ? "the images" : count(given, "image")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
