import { Button, CloseButton, Menu, Popover, Stack, TagsInput, Text, Tooltip } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import type { Asset, Split } from "@/api/types";
import { ConfirmButton } from "@/components/ConfirmButton";
import { count } from "@/components/format";
import { IconTag, IconTrash, IconUsers } from "@/components/icons";
import { notifyDone, notifyProblem } from "@/components/notify";
import { roundPath } from "@/features/consensus/model/paths";
import { useProject } from "@/features/projects/api/projects";
import { useSession } from "@/features/session/api/session";
import { mayReview, roleIn } from "@/features/session/model/access";
import { useBulkChange } from "../api/assets";
import { AssignButton } from "./AssignButton";
import { PrelabelButton } from "./PrelabelButton";
import classes from "./Data.module.css";

interface Props {
  projectId: string;
  assets: readonly Asset[];
  onDone: () => void;
}

const SPLITS: { value: Split | null; label: string }[] = [
  { value: "train", label: "Train" },
  { value: "val", label: "Validation" },
  { value: "test", label: "Test" },
  { value: null, label: "No split" },
];

/** What can be done with the selected images, in the place of the filters. */
export function BulkBar({ projectId, assets, onDone }: Props) {
  const bulk = useBulkChange(projectId);
  const ids = assets.map(({ id }) => id);
  const named = count(ids.length, "image");
  const setSplit = (split: Split | null, label: string) =>
    bulk.mutate(
      { ids, set: { split }, delete: false },
      {
        onSuccess: () => {
          notifyDone(`${named} moved to “${label}”`);
          onDone();
        },
        onError: (error) => notifyProblem("Setting the split", error),
      },
    );
  return (
    <div className={classes.bar} role="toolbar" aria-label="Selected images">
      <CloseButton aria-label="Clear the selection" onClick={onDone} />
      <Text size="sm" fw={600} mr="xs">
        {named} selected
      </Text>
      <Menu>
        <Menu.Target>
          <Button size="xs" variant="default" loading={bulk.isPending}>
            Set split
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {SPLITS.map(({ value, label }) => (
            <Menu.Item key={label} onClick={() => setSplit(value, label)}>
              {label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Tags assets={assets} ids={ids} projectId={projectId} onDone={onDone} />
      <AssignButton projectId={projectId} assets={assets} onDone={onDone} />
      <PrelabelButton projectId={projectId} assets={assets} onDone={onDone} />
      <SeveralPeople projectId={projectId} ids={ids} />
      <ConfirmButton
        title={`Delete ${named}?`}
        confirm={`Delete ${named}`}
        onConfirm={async () => {
          await bulk.mutateAsync({ ids, delete: true });
          notifyDone(`${named} deleted`);
          onDone();
        }}
        trigger={(open) => (
          <Button size="xs" variant="light" color="red" leftSection={<IconTrash size={14} />} onClick={open}>
            Delete
          </Button>
        )}
      >
        The images and their annotations leave the project. Snapshots made before keep what they hold.
      </ConfirmButton>
    </div>
  );
}

/** Goes to where rounds are, with these images to give out; for whoever may review. */
function SeveralPeople({ projectId, ids }: { projectId: string; ids: readonly string[] }) {
  const workspace = useProject(projectId).data?.workspace;
  const session = useSession();
  if (!mayReview(roleIn(session.data, workspace))) return null;
  return (
    <Tooltip label="Have each image labelled by two people or more, without seeing each other's work">
      <Button size="xs" variant="default" component={Link} to={roundPath(projectId)} state={{ give: ids }} leftSection={<IconUsers size={14} />}>
        Several people
      </Button>
    </Tooltip>
  );
}

function Tags({ assets, ids, projectId, onDone }: Props & { ids: string[] }) {
  const bulk = useBulkChange(projectId);
  const shared = assets[0]?.tags.filter((tag) => assets.every(({ tags }) => tags.includes(tag))) ?? [];
  const [tags, setTags] = useState(shared);
  const save = () =>
    bulk.mutate(
      { ids, set: { tags }, delete: false },
      {
        onSuccess: () => {
          notifyDone(`Tags of ${count(ids.length, "image")} set`);
          onDone();
        },
        onError: (error) => notifyProblem("Setting the tags", error),
      },
    );
  return (
    <Popover position="bottom-start" width={280} trapFocus shadow="md">
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<IconTag size={14} />}>
          Set tags
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          <TagsInput
            label="Tags"
            description="Replaces the tags of the selected images"
            value={tags}
            onChange={setTags}
            placeholder="Type and press Enter"
          />
          <Button size="xs" onClick={save} loading={bulk.isPending}>
            Save tags
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
