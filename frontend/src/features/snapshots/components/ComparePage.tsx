import { Anchor, Badge, Group, Select, Stack, Text } from "@mantine/core";
import { Link, useSearchParams } from "react-router";
import type { Snapshot } from "@/api/types";
import { ClassSwatch } from "@/components/ClassSwatch";
import { type Column, DataTable } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { count, integer } from "@/components/format";
import { IconSnapshot } from "@/components/icons";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useProjectId } from "@/components/route";
import { Stats } from "@/components/Stat";
import { type Differences, useDifferences, useSnapshots } from "../api/snapshots";

/** What came, went and changed between two snapshots. */
export function ComparePage() {
  const projectId = useProjectId();
  const snapshots = useSnapshots(projectId);
  const [query, setQuery] = useSearchParams();
  const before = query.get("before") ?? "";
  const after = query.get("after") ?? "";
  const differences = useDifferences(before, after);
  const choose = (name: "before" | "after") => (value: string | null) => {
    if (value === null) return;
    setQuery((now) => ({ ...Object.fromEntries(now), [name]: value }), { replace: true });
  };
  return (
    <>
      <PageHeader title="Compare snapshots" sub={<Anchor component={Link} to={`/projects/${projectId}/snapshots`} size="sm">All snapshots</Anchor>} />
      <Stack gap="md">
        <Group align="flex-end">
          <Choice label="Before" value={before} list={snapshots.data ?? []} onChange={choose("before")} />
          <Choice label="After" value={after} list={snapshots.data ?? []} onChange={choose("after")} />
        </Group>
        {before === "" || after === "" ? (
          <EmptyState icon={<IconSnapshot size={34} />} title="Choose two snapshots">
            Images, annotations and classes that came, went or changed are shown here.
          </EmptyState>
        ) : (
          <QueryView query={differences}>{(found) => <Found found={found} projectId={projectId} />}</QueryView>
        )}
      </Stack>
    </>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  list: readonly Snapshot[];
  onChange: (value: string | null) => void;
}

function Choice({ label, value, list, onChange }: ChoiceProps) {
  return (
    <Select
      label={label}
      value={value}
      data={list.map(({ id, name }) => ({ value: id, label: name }))}
      onChange={onChange}
      allowDeselect={false}
      searchable
      w={260}
    />
  );
}

function Found({ found, projectId }: { found: Differences; projectId: string }) {
  const { counts, shapes, assets, classes, unlabelled } = found;
  const ofClasses = classes.added.length + classes.removed.length + classes.changed.length;
  const ofAssets = counts.added + counts.removed + counts.changed;
  if (ofAssets + ofClasses === 0 && unlabelled[0] === unlabelled[1]) {
    return (
      <EmptyState icon={<IconSnapshot size={34} />} title="Nothing differs">
        Both hold the same images, annotations and classes.
      </EmptyState>
    );
  }
  const name: Column<{ asset: string; name: string }> = {
    title: "Image",
    cell: ({ asset, name }) => (
      <Anchor component={Link} size="sm" to={`/projects/${projectId}/data/${asset}`}>
        {name}
      </Anchor>
    ),
  };
  const gone: Column<{ name: string }> = { title: "Image", cell: ({ name }) => name };
  return (
    <>
      <Stats
        items={[
          { label: "Images added", value: integer(counts.added) },
          { label: "Images removed", value: integer(counts.removed) },
          { label: "Images changed", value: integer(counts.changed) },
          { label: "Annotations", value: `+${integer(shapes.added)} −${integer(shapes.removed)}`, hint: `${integer(shapes.changed)} changed` },
        ]}
      />
      {unlabelled[0] !== unlabelled[1] && (
        <Text size="sm">
          Pixels that nobody labelled meant <b>{unlabelled[0]}</b>, and mean <b>{unlabelled[1]}</b> now.
        </Text>
      )}
      {ofClasses > 0 && <Classes classes={classes} />}
      <Images
        title="Changed"
        total={counts.changed}
        columns={[
          name,
          { title: "Split", cell: ({ split: [was, is] }) => (was === is ? is : `${was} → ${is}`) },
          { title: "Added", align: "right", cell: ({ annotations }) => integer(annotations.added) },
          { title: "Removed", align: "right", cell: ({ annotations }) => integer(annotations.removed) },
          { title: "Changed", align: "right", cell: ({ annotations }) => integer(annotations.changed) },
        ]}
        rows={assets.changed}
      />
      <Images title="Added" total={counts.added} columns={[name, ...BRIEF]} rows={assets.added} />
      <Images title="Removed" total={counts.removed} columns={[gone, ...BRIEF]} rows={assets.removed} />
    </>
  );
}

const BRIEF: Column<{ asset: string; name: string; split: string; annotations: number }>[] = [
  { title: "Split", cell: ({ split }) => split },
  { title: "Annotations", align: "right", cell: ({ annotations }) => integer(annotations) },
];

interface ImagesProps<T> {
  title: string;
  total: number;
  columns: Column<T>[];
  rows: readonly T[];
}

function Images<T extends { asset: string }>({ title, total, columns, rows }: ImagesProps<T>) {
  if (total === 0) return null;
  return (
    <Panel
      flush
      title={
        <>
          {title} <Badge variant="light">{integer(total)}</Badge>
        </>
      }
    >
      <DataTable label={`${title} images`} columns={columns} rows={rows} keyOf={({ asset }) => asset} />
      {rows.length < total && (
        <Text size="xs" c="dimmed" p="sm">
          The first {integer(rows.length)} are listed, and {count(total - rows.length, "more")} counted.
        </Text>
      )}
    </Panel>
  );
}

function Classes({ classes: { added, removed, changed } }: { classes: Differences["classes"] }) {
  return (
    <Panel title="Classes">
      <Stack gap={6}>
        {added.map(({ id, name, color }) => (
          <ClassLine key={id} color={color} text={`${name} was added`} />
        ))}
        {removed.map(({ id, name, color }) => (
          <ClassLine key={id} color={color} text={`${name} was removed`} />
        ))}
        {changed.map(({ before, after }) => (
          <ClassLine key={after.id} color={after.color} text={changeOf(before, after)} />
        ))}
      </Stack>
    </Panel>
  );
}

function ClassLine({ color, text }: { color: string; text: string }) {
  return (
    <Group gap={8} wrap="nowrap">
      <ClassSwatch color={color} />
      <Text size="sm">{text}</Text>
    </Group>
  );
}

type FrozenClass = Differences["classes"]["added"][number];

function changeOf(before: FrozenClass, after: FrozenClass): string {
  const changes = [
    before.name !== after.name && `was named ${before.name}`,
    before.color !== after.color && `was ${before.color}`,
    before.ignore !== after.ignore && (after.ignore ? "is ignored now" : "is no longer ignored"),
    before.index !== after.index && `had the mask value ${before.index}, and has ${after.index} now`,
  ].filter((each) => each !== false);
  return `${after.name}: ${changes.join("; ") || "changed"}`;
}
