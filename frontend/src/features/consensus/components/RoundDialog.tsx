import { Button, Group, Modal, MultiSelect, SegmentedControl, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { EmptyState } from "@/components/EmptyState";
import { count } from "@/components/format";
import { notifyDone } from "@/components/notify";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useMembers } from "@/features/workspace/api/workspace";
import { useAsk } from "../api/consensus";
import { share } from "../model/agreement";

interface Props {
  projectId: string;
  workspace: string;
  opened: boolean;
  onClose: () => void;
  /** What is given out: these images, or as many as pass the filters. */
  ids?: readonly string[];
  filters?: Record<string, string>;
  /** How many images that is. */
  total: number;
  onDone?: () => void;
}

/** Gives images to several people each, who label them without seeing each other's work. */
export function RoundDialog({ projectId, workspace, opened, onClose, ids, filters, total, onDone }: Props) {
  const ask = useAsk(projectId);
  const members = useMembers(workspace);
  const [people, setPeople] = useState<string[]>([]);
  const [wanted, setWanted] = useState(2);
  const able = (members.data ?? []).filter(({ role }) => role !== "viewer");
  const overlap = Math.min(wanted, Math.max(2, people.length));
  const { answers, least, most } = share(total, overlap, people.length);
  const isShort = people.length < 2;
  const close = () => {
    ask.reset();
    onClose();
  };
  const start = () =>
    ask.mutate(
      { people, overlap, ...(ids ? { assets: [...ids] } : { filters: filters ?? {} }) },
      {
        onSuccess: ({ assigned, assets, warnings }) => {
          const done = assigned === 0 ? "Nobody new was asked." : `${count(assigned, "answer")} to ${count(assets, "image")} asked for.`;
          notifyDone([done, ...warnings].join(" "));
          close();
          onDone?.();
        },
      },
    );
  return (
    <Modal opened={opened} onClose={close} title={`Have ${count(total, "image")} labelled by several people`} size="md">
      {members.data && able.length < 2 ? (
        <EmptyState title="A round takes two people">
          Invite somebody who may annotate under Members, then start the round.
        </EmptyState>
      ) : (
        <Stack gap="md">
          <Text size="sm" c="dimmed">
            Everybody draws an answer of their own and sees nobody else's until it is handed in. The images' annotations
            stay as they are until you merge.
          </Text>
          <MultiSelect
            label="People"
            placeholder={people.length === 0 ? "Who labels" : ""}
            data={able.map(({ user, role }) => ({ value: user.id, label: `${user.name === "" ? user.email : user.name} (${role})` }))}
            value={people}
            onChange={setPeople}
            searchable
            clearable
            data-autofocus
            disabled={!members.data}
          />
          <div>
            <Text size="sm" fw={500} mb={4} id="overlap">
              People an image
            </Text>
            <SegmentedControl
              aria-labelledby="overlap"
              value={String(overlap)}
              onChange={(value) => setWanted(Number(value))}
              disabled={isShort}
              data={Array.from({ length: Math.min(6, Math.max(2, people.length) - 1) }, (_, n) => String(n + 2))}
            />
          </div>
          <Text size="sm" c={isShort ? "dimmed" : undefined} aria-live="polite">
            {isShort
              ? "Choose two people or more."
              : `${count(answers, "answer")}: ${least === most ? `${least} each` : `${least} to ${most} each`}. Answers that are there already count.`}
          </Text>
          <ProblemAlert error={ask.error ?? members.error} doing={ask.error ? "Starting the round" : "Loading the people"} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button onClick={start} loading={ask.isPending} disabled={isShort || total === 0}>
              Start the round
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
