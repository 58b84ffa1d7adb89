import { Button, Group, Modal, MultiSelect, SegmentedControl, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { EmptyState } from "@/components/EmptyState";
import { count, integer } from "@/components/format";
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
  /** What can be given out; the first is meant where nobody chooses. */
  choices: readonly [Choice, ...Choice[]];
}

/** Images to give out: these, or those that pass the filters of the list. */
export interface Choice {
  readonly label: string;
  readonly total: number;
  readonly what: { assets: string[] } | { filters: Record<string, string> };
}

/** Gives images to several people each, who label them without seeing each other's work. */
export function RoundDialog({ projectId, workspace, opened, onClose, choices }: Props) {
  const ask = useAsk(projectId);
  const members = useMembers(workspace);
  const [people, setPeople] = useState<string[]>([]);
  const [wanted, setWanted] = useState(2);
  const [place, setPlace] = useState(0);
  const { total, what } = choices[place] ?? choices[0];
  const able = (members.data ?? []).filter(({ role }) => role !== "viewer");
  const overlap = Math.min(wanted, Math.max(2, people.length));
  const { answers, least, most } = share(total, overlap, people.length);
  const options = able
    .map(({ user, role }) => ({ value: user.id, label: `${user.name === "" ? user.email : user.name} (${role})` }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const isShort = people.length < 2;
  const close = () => {
    ask.reset();
    onClose();
  };
  const start = () =>
    ask.mutate(
      { people, overlap, ...what },
      {
        onSuccess: ({ assigned, assets, warnings }) => {
          const done = assigned === 0 ? "Nobody new was asked." : `${count(assigned, "answer")} to ${count(assets, "image")} asked for.`;
          notifyDone([done, ...warnings].join(" "));
          close();
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
          {choices.length > 1 && (
            <SegmentedControl
              aria-label="Which images"
              value={String(place)}
              onChange={(value) => setPlace(Number(value))}
              data={choices.map(({ label, total: many }, n) => ({ value: String(n), label: `${label} (${integer(many)})` }))}
            />
          )}
          <MultiSelect
            label="People"
            placeholder={people.length === 0 ? "Who labels" : ""}
            data={options}
            value={people}
            onChange={setPeople}
            searchable
            clearable
            data-autofocus
            disabled={!members.data}
          />
          {people.length > 2 && (
            <div>
              <Text size="sm" fw={500} mb={4} id="overlap">
                People an image
              </Text>
              <SegmentedControl
                aria-labelledby="overlap"
                value={String(overlap)}
                onChange={(value) => setWanted(Number(value))}
                data={Array.from({ length: Math.min(6, people.length - 1) }, (_, n) => String(n + 2))}
              />
            </div>
          )}
          <Text size="sm" c={isShort ? "dimmed" : undefined} aria-live="polite">
            {isShort
              ? "Choose two people or more."
              : `${overlap} people an image, ${count(answers, "answer")}: ${least === most ? `${least} each` : `${least} to ${most} each`}. Answers that are there already count.`}
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
