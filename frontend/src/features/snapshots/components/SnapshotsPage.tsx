import { Button, Group, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { Link } from "react-router";
import type { Snapshot } from "@/api/types";
import { Ago } from "@/components/Ago";
import { CopyIcon } from "@/components/Code";
import { type Column, DataTable } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { integer } from "@/components/format";
import { IconPlus, IconSnapshot } from "@/components/icons";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useProjectId } from "@/components/route";
import { useShortcut } from "@/components/shortcuts";
import { useSnapshots } from "../api/snapshots";
import { CreateSnapshot } from "./CreateSnapshot";

export function SnapshotsPage() {
  const projectId = useProjectId();
  const snapshots = useSnapshots(projectId);
  const [opened, { open, close }] = useDisclosure(false);
  useShortcut("n", "New snapshot", open);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(NONE);
  const create = (
    <Button leftSection={<IconPlus />} onClick={open}>
      New snapshot
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Snapshots"
        sub="Immutable states of the data set with their split. Every run trains on one."
        actions={
          (snapshots.data?.length ?? 0) > 0 && (
            <>
              <CompareButton projectId={projectId} list={snapshots.data ?? []} chosen={chosen} />
              {create}
            </>
          )
        }
      />
      <QueryView query={snapshots}>
        {(list) => (
          <Panel flush>
            {list.length === 0 ? (
              <EmptyState icon={<IconSnapshot size={34} />} title="No snapshots yet" action={create}>
                A snapshot fixes images, labels and split, so that a result can be repeated. A training run makes one by itself where
                you choose none.
              </EmptyState>
            ) : (
              <DataTable
                label="Snapshots"
                columns={COLUMNS}
                rows={list}
                keyOf={({ id }) => id}
                selection={{ selected: chosen, onSelect: setChosen, nameOf: ({ name }) => name }}
              />
            )}
          </Panel>
        )}
      </QueryView>
      {opened && <CreateSnapshot projectId={projectId} known={snapshots.data ?? []} onClose={close} />}
    </>
  );
}

interface CompareProps {
  projectId: string;
  list: readonly Snapshot[];
  chosen: ReadonlySet<string>;
}

/** Two chosen snapshots, or the last two where none is chosen. */
function CompareButton({ projectId, list, chosen }: CompareProps) {
  const [after, before] = chosen.size === 0 ? list : list.filter(({ id }) => chosen.has(id));
  const ready = after && before && (chosen.size === 0 || chosen.size === 2);
  const button = (
    <Button
      variant="default"
      disabled={!ready}
      component={Link}
      to={ready ? `/projects/${projectId}/snapshots/compare?before=${before.id}&after=${after.id}` : "#"}
    >
      Compare
    </Button>
  );
  if (!ready) return <Tooltip label={list.length < 2 ? "There is only one snapshot" : "Select two snapshots"}>{button}</Tooltip>;
  return chosen.size === 0 ? <Tooltip label="The last two">{button}</Tooltip> : button;
}

const NONE: ReadonlySet<string> = new Set();

const COLUMNS: Column<Snapshot>[] = [
  { title: "Name", cell: ({ name }) => <b>{name}</b> },
  {
    title: "Digest",
    cell: ({ digest }) => (
      <Group gap={2} wrap="nowrap">
        <code>{digest.slice(0, 10)}</code>
        <CopyIcon value={digest} label="Copy digest" />
      </Group>
    ),
  },
  { title: "Images", align: "right", cell: ({ counts }) => integer(counts.assets) },
  { title: "Train", align: "right", cell: ({ counts }) => integer(counts.train) },
  { title: "Validation", align: "right", cell: ({ counts }) => integer(counts.val) },
  { title: "Test", align: "right", cell: ({ counts }) => integer(counts.test) },
  { title: "Annotations", align: "right", cell: ({ counts }) => integer(counts.annotations) },
  { title: "Made", dimmed: true, cell: ({ created_at }) => <Ago time={created_at} /> },
  {
    title: "",
    align: "right",
    cell: ({ id, project, name }) => (
      <Group gap={6} wrap="nowrap" justify="flex-end">
        <Button
          size="compact-xs"
          variant="default"
          component={Link}
          to={`/projects/${project}/transfer?snapshot=${id}`}
          aria-label={`Export ${name}`}
        >
          Export
        </Button>
        <Button
          size="compact-xs"
          variant="default"
          component={Link}
          to={`/projects/${project}/training/new?snapshot=${id}`}
          aria-label={`Train on ${name}`}
        >
          Train on it
        </Button>
      </Group>
    ),
  },
];
