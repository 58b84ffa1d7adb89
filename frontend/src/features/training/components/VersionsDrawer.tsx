import { Badge, Button, Drawer, Group, Select, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { Spec, Workflow } from "@/api/types";
import { Ago } from "@/components/Ago";
import { ConfirmButton } from "@/components/ConfirmButton";
import { notifyDone } from "@/components/notify";
import { QueryView } from "@/components/QueryView";
import { useSave, useVersions, type Version } from "../api/workflows";
import { changes } from "../model/diff";
import { draftOf } from "../model/form";
import { useBuilder } from "./builder";
import { ChangesTable } from "./ChangesTable";
import classes from "./Versions.module.css";

interface Props {
  opened: boolean;
  onClose: () => void;
  dirty: boolean;
  workflow: Workflow;
  onRestored: (workflow: Workflow) => void;
}

/** Every version of the workflow: what each changed, any two side by side, and the way back to one. */
export function VersionsDrawer({ opened, onClose, dirty, workflow, onRestored }: Props) {
  const versions = useVersions(opened ? workflow.id : null);
  return (
    <Drawer opened={opened} onClose={onClose} position="right" size={640} title={<b>Versions of “{workflow.name}”</b>}>
      <QueryView query={versions}>
        {(list) => (
          <Versions
            list={list}
            dirty={dirty}
            workflow={workflow}
            onRestored={(next) => {
              onRestored(next);
              onClose();
            }}
          />
        )}
      </QueryView>
    </Drawer>
  );
}

function Versions({ list, dirty, workflow, onRestored }: Omit<Props, "opened" | "onClose"> & { list: readonly Version[] }) {
  const [newest, previous] = list;
  const [pair, setPair] = useState<[number, number]>([previous?.version ?? 1, newest?.version ?? 1]);
  const data = list.map(({ version }) => ({ value: String(version), label: `Version ${version}` }));
  const select = (place: 0 | 1, label: string) => (
    <Select
      size="xs"
      w={130}
      aria-label={label}
      data={data}
      value={String(pair[place])}
      onChange={(value) => value !== null && setPair(place === 0 ? [Number(value), pair[1]] : [pair[0], Number(value)])}
      allowDeselect={false}
    />
  );
  return (
    <Stack gap="md">
      {list.length > 1 && (
        <section className={classes.compare} aria-label="Compare two versions">
          <Group gap="xs" mb="sm">
            <Text size="sm">Compare</Text>
            {select(0, "Before")}
            <Text size="sm">with</Text>
            {select(1, "After")}
          </Group>
          <Difference list={list} from={pair[0]} to={pair[1]} />
        </section>
      )}
      <ol className={classes.versions} aria-label="Versions">
        {list.map((version, index) => (
          <VersionRow
            key={version.id}
            version={version}
            before={list[index + 1]}
            workflow={workflow}
            dirty={dirty}
            onRestored={onRestored}
            onCompare={() => setPair([version.version - 1, version.version])}
          />
        ))}
      </ol>
    </Stack>
  );
}

function Difference({ list, from, to }: { list: readonly Version[]; from: number; to: number }) {
  const specOf = (wanted: number) => list.find(({ version }) => version === wanted)?.spec;
  const found = useDifference(specOf(from), specOf(to));
  if (found === null) return null;
  return <ChangesTable label={`Version ${from} and version ${to}`} changes={found} before={`Version ${from}`} after={`Version ${to}`} />;
}

/** What differs; null where a version's architecture is no longer known. */
function useDifference(before: Spec | undefined, after: Spec | undefined) {
  const { architectures } = useBuilder();
  const one = before && draftOf(architectures, before);
  const other = after && draftOf(architectures, after);
  return one && other ? changes(one, other, architectures) : null;
}

interface RowProps {
  version: Version;
  before: Version | undefined;
  workflow: Workflow;
  dirty: boolean;
  onRestored: (workflow: Workflow) => void;
  onCompare: () => void;
}

function VersionRow({ version: { version, created_at, created_by, spec }, before, workflow, dirty, onRestored, onCompare }: RowProps) {
  const { mayTrain } = useBuilder();
  const save = useSave(workflow.project);
  const found = useDifference(before?.spec, spec);
  const current = version === workflow.version;
  const labels = found?.map(({ label }) => label) ?? [];
  return (
    <li>
      <div className={classes.facts}>
        <b>Version {version}</b>
        {current && (
          <Badge size="sm" variant="light" tt="none">
            current
          </Badge>
        )}
        <small>
          <Ago time={created_at} />
          {created_by && ` by ${created_by.email}`}
        </small>
        <p>{before === undefined ? "The first one." : labels.length === 0 ? "No difference." : `${labels.slice(0, 4).join(", ")}${labels.length > 4 ? ` and ${labels.length - 4} more` : ""}`}</p>
      </div>
      <Group gap={6} wrap="nowrap">
        {before && (
          <Button size="compact-xs" variant="subtle" onClick={onCompare} aria-label={`Changes of version ${version}`}>
            Changes
          </Button>
        )}
        {!current && mayTrain && (
          <ConfirmButton
            title={`Restore version ${version}?`}
            confirm={`Restore as version ${workflow.version + 1}`}
            color="tile"
            onConfirm={async () => {
              const next = await save.mutateAsync({ workflow: workflow.id, name: workflow.name, spec });
              notifyDone(`Version ${version} restored as version ${next.version}`);
              onRestored(next);
            }}
            trigger={(open) => (
              <Button size="compact-xs" variant="default" onClick={open} aria-label={`Restore version ${version}`}>
                Restore
              </Button>
            )}
          >
            It becomes a new version; no version is lost.
            {dirty && " What you have changed and not saved is dropped."}
          </ConfirmButton>
        )}
      </Group>
    </li>
  );
}
