import { Button, CloseButton, Menu, Text, Tooltip } from "@mantine/core";
import { Link } from "react-router";
import type { Asset, Review, Split } from "@/api/types";
import { ConfirmButton } from "@/components/ConfirmButton";
import { count, integer } from "@/components/format";
import { IconReset, IconTrash, IconUsers } from "@/components/icons";
import { roundPath } from "@/features/consensus/model/paths";
import { useProject } from "@/features/projects/api/projects";
import { REVIEW_NAMES } from "@/features/review/model/history";
import { useSession } from "@/features/session/api/session";
import { mayBuild, mayReview, roleIn } from "@/features/session/model/access";
import { type BulkChange, targetOf } from "../model/bulk";
import { SPLIT_NAMES } from "../model/chips";
import { type AssetFilters, REVIEWS } from "../model/filters";
import type { Selection } from "../model/selection";
import { AssignButton } from "./AssignButton";
import classes from "./Data.module.css";
import { MoveButton } from "./MoveButton";
import { PrelabelButton } from "./PrelabelButton";
import { TagsButton } from "./TagsButton";
import { useBulk } from "./useBulk";

interface Props {
  projectId: string;
  filters: AssetFilters;
  selection: Selection;
  /** How many are chosen; null where all that pass the filters are, and nobody counted them. */
  chosen: number | null;
  /** Those of them that were read. */
  assets: readonly Asset[];
  onDone: () => void;
}

const SPLITS: (Split | null)[] = ["train", "val", "test", null];
/** More are asked for before they go, although they can be brought back. */
const MANY = 500;

/** What can be done with the selected images, in the place of the filters. */
export function BulkBar({ projectId, filters, selection, chosen, assets, onDone }: Props) {
  const { run, isPending } = useBulk(projectId);
  const role = useRole(projectId);
  const target = targetOf(selection, filters);
  const known = chosen !== null && assets.length === chosen;
  const named = chosen === null ? "all images that match" : count(chosen, "image");
  const change = (body: BulkChange, doing: string, done: (images: string) => string) => run(target, body, doing, done, onDone);
  const restore = () => change({ restore: true }, "Restoring", (images) => `${images} restored.`);
  const remove = () => change({ delete: true }, "Moving to the trash", (images) => `${images} moved to the trash.`);
  const trashed = filters.deleted === true;
  return (
    <div className={classes.bar} role="toolbar" aria-label="Selected images">
      <CloseButton aria-label="Clear the selection" onClick={onDone} />
      <Text size="sm" fw={600} mr="xs">
        {selection.all ? (chosen === null ? "All that match" : `All ${integer(chosen)}`) : integer(chosen ?? 0)} selected
      </Text>
      {trashed ? (
        <Button size="xs" leftSection={<IconReset size={14} />} loading={isPending} onClick={restore}>
          Restore
        </Button>
      ) : (
        <>
          <Choices label="Split" loading={isPending} data={SPLITS.map((value) => ({ value, label: SPLIT_NAMES[value ?? "none"] }))} onChoose={({ value, label }) => change({ set: { split: value } }, "Setting the split", (images) => `${images} moved to “${label}”.`)} />
          <TagsButton assets={assets} onChange={(body) => change(body, "Setting the tags", (images) => `Tags of ${images} changed.`)} loading={isPending} />
          {mayReview(role) && (
            <Choices<Review> label="Review" loading={isPending} data={REVIEWS.map((value) => ({ value, label: REVIEW_NAMES[value] }))} onChoose={({ value, label }) => change({ set: { review: value } }, "Setting the review state", (images) => `${images} set to “${label}”.`)} />
          )}
          <AssignButton projectId={projectId} target={target} total={chosen} assets={known ? assets : null} onDone={onDone} />
          {!selection.all && known && <PrelabelButton projectId={projectId} assets={assets} onDone={onDone} />}
          {!selection.all && mayReview(role) && <SeveralPeople projectId={projectId} ids={[...selection.ids]} />}
          {mayBuild(role) && <MoveButton projectId={projectId} named={named} loading={isPending} onMove={({ id, name }) => change({ move_to: id }, "Moving the images", (images) => `${images} moved to the project “${name}”.`)} />}
          {mayBuild(role) && <Remove named={named} sure={chosen !== null && chosen <= MANY} loading={isPending} onRemove={remove} />}
        </>
      )}
    </div>
  );
}

function useRole(projectId: string) {
  const workspace = useProject(projectId).data?.workspace;
  return roleIn(useSession().data, workspace);
}

interface ChoicesProps<V> {
  label: string;
  loading: boolean;
  data: { value: V; label: string }[];
  onChoose: (choice: { value: V; label: string }) => void;
}

function Choices<V extends string | null>({ label, loading, data, onChoose }: ChoicesProps<V>) {
  return (
    <Menu>
      <Menu.Target>
        <Button size="xs" variant="default" loading={loading}>
          Set {label.toLowerCase()}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {data.map((each) => (
          <Menu.Item key={each.label} onClick={() => onChoose(each)}>
            {each.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Few images go at once, for they can be brought back; many are asked for. */
function Remove({ named, sure, loading, onRemove }: { named: string; sure: boolean; loading: boolean; onRemove: () => void }) {
  const button = (onClick: () => void) => (
    <Button size="xs" variant="light" color="red" leftSection={<IconTrash size={14} />} loading={loading} onClick={onClick}>
      Delete
    </Button>
  );
  if (sure) return button(onRemove);
  return (
    <ConfirmButton title={`Move ${named} to the trash?`} confirm="Move to the trash" onConfirm={() => Promise.resolve(onRemove())} trigger={button}>
      They leave every list, snapshot to come and queue. For 30 days they can be brought back from the trash, with their annotations.
    </ConfirmButton>
  );
}

/** Goes to where rounds are, with these images to give out; for whoever may review. */
function SeveralPeople({ projectId, ids }: { projectId: string; ids: readonly string[] }) {
  return (
    <Tooltip label="Have each image labelled by two people or more, without seeing each other's work">
      <Button size="xs" variant="default" component={Link} to={roundPath(projectId)} state={{ give: ids }} leftSection={<IconUsers size={14} />}>
        Several people
      </Button>
    </Tooltip>
  );
}
