import { ActionIcon, Button, Group, Menu, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { IconArtifact, IconClose, IconDeploy, IconEdit, IconMore } from "@/components/icons";
import { notifyDone, notifyProblem } from "@/components/notify";
import { ProblemAlert } from "@/components/ProblemAlert";
import { ReportItems } from "@/components/ReportButton";
import { useReport } from "@/components/useReport";
import { type Entry, useNote, useRole } from "../api/registry";
import { type Role, roleSentence, together } from "../model/registry";
import { titleOf } from "./RegistryTable";

interface Props {
  projectId: string;
  row: Entry;
  champion: Entry | null;
  builds: boolean;
}

/** What can be done with one artifact of the table. */
export function RowMenu({ projectId, row, champion, builds }: Props) {
  const { artifact } = row;
  const [opened, setOpened] = useState(false);
  const [asked, setAsked] = useState<"champion" | "note" | null>(null);
  const report = useReport(artifact.id, opened);
  const role = useRole(projectId);
  const name = titleOf(row);
  const give = (to: Role | null) =>
    role.mutate(
      { artifact: artifact.id, role: to },
      { onSuccess: () => notifyDone(to === null ? `${name} has no role any more` : `${name} is ${to}`), onError: (error) => notifyProblem("Changing the role", error) },
    );
  return (
    <>
      <Menu opened={opened} onChange={setOpened} position="bottom-end" width={230}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${name}`} loading={role.isPending || report.isMaking}>
            <IconMore />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {builds && artifact.role !== "champion" && (
            <Menu.Item leftSection={<IconArtifact />} onClick={() => setAsked("champion")}>
              Make champion…
            </Menu.Item>
          )}
          {builds && artifact.role !== "challenger" && (
            <Menu.Item leftSection={<IconArtifact />} onClick={() => give("challenger")}>
              Make challenger
            </Menu.Item>
          )}
          {builds && artifact.role !== null && (
            <Menu.Item leftSection={<IconClose />} onClick={() => give(null)}>
              Take its role away
            </Menu.Item>
          )}
          {builds && (
            <Menu.Item leftSection={<IconEdit />} onClick={() => setAsked("note")}>
              {artifact.note === "" ? "Add a note…" : "Change the note…"}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconDeploy />} component={Link} to={`/projects/${projectId}/deployments?artifact=${artifact.id}`}>
            Deploy…
          </Menu.Item>
          <Menu.Divider />
          <ReportItems report={report} />
        </Menu.Dropdown>
      </Menu>
      {asked === "champion" && <Promote projectId={projectId} row={row} champion={champion} onClose={() => setAsked(null)} />}
      {asked === "note" && <NoteForm projectId={projectId} row={row} onClose={() => setAsked(null)} />}
    </>
  );
}

function Promote({ projectId, row, champion, onClose }: { projectId: string; row: Entry; champion: Entry | null; onClose: () => void }) {
  const role = useRole(projectId);
  const name = titleOf(row);
  const promote = () =>
    role.mutate(
      { artifact: row.artifact.id, role: "champion" },
      {
        onSuccess: () => {
          notifyDone(`${name} is champion`);
          onClose();
        },
      },
    );
  const failed = row.gates.filter(({ passed }) => passed === false);
  return (
    <Modal opened onClose={onClose} title="Make it champion?" size="sm">
      <Stack gap="sm">
        <Text size="sm">{roleSentence("champion", name, champion === null ? null : titleOf(champion))}</Text>
        {together(row.gates) === "failed" && (
          <Text size="sm" c="orange">
            It fails {failed.length === 1 ? "the gate" : "the gates"} {failed.map((gate) => gate.name).join(", ")}: it may be champion, but not be deployed.
          </Text>
        )}
        <ProblemAlert error={role.error} doing="Promoting" />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button loading={role.isPending} onClick={promote}>
            {champion === null ? "Make champion" : "Replace the champion"}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

const LONGEST = 2000;

function NoteForm({ projectId, row, onClose }: { projectId: string; row: Entry; onClose: () => void }) {
  const save = useNote(projectId);
  const [note, setNote] = useState(row.artifact.note);
  return (
    <Modal opened onClose={onClose} title={`Note on ${titleOf(row)}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate({ artifact: row.artifact.id, note: note.trim() }, { onSuccess: onClose });
        }}
      >
        <Stack gap="sm">
          <Textarea aria-label="Note" placeholder="What was tried, and what to know before using it" autosize minRows={3} maxRows={10} maxLength={LONGEST} value={note} onChange={(event) => setNote(event.currentTarget.value)} data-autofocus />
          <ProblemAlert error={save.error} doing="Saving" />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
