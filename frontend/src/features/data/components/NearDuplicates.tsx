import { Button, Group, Menu, Select, Text } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import type { Split } from "@/api/types";
import { thumbnailUrl } from "@/components/assetUrls";
import { count, integer } from "@/components/format";
import { notifyDone, notifyProblem } from "@/components/notify";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useUndo } from "../api/bulk";
import { type DuplicateGroup, useDuplicates, useMend } from "../api/counts";
import { keptText } from "../model/bulk";
import { SPLIT_NAMES } from "../model/chips";
import { dataPath } from "../model/filters";
import classes from "./Statistics.module.css";
import { notifyUndo } from "./undo";

const DISTANCES = [
  { value: "0", label: "Alike to the bit" },
  { value: "3", label: "Very alike" },
  { value: "6", label: "Alike" },
  { value: "10", label: "Somewhat alike" },
];
const SPLITS: Split[] = ["train", "val", "test"];

/** Pictures that look alike; what several splits share makes results look better than they are, and is mended here. */
export function NearDuplicates({ projectId }: { projectId: string }) {
  const [distance, setDistance] = useState(6);
  const [offset, setOffset] = useState(0);
  const duplicates = useDuplicates(projectId, distance, offset);
  const mend = useMend(projectId);
  const undo = useUndo(projectId);
  const takeBack = (id: string) =>
    undo.mutate(id, {
      onSuccess: (undone) => notifyDone(`${count(undone.restored, "image")} as before. ${keptText(undone)}`),
      onError: (error) => notifyProblem("Undoing", error),
    });
  const put = (body: { split?: Split; assets?: string[] }) =>
    mend.mutate(
      { distance, ...body },
      {
        onSuccess: (changed) => notifyUndo(`${count(changed.changed, "image")} put where the others are.`, changed, takeBack),
        onError: (error) => notifyProblem("Putting the groups into one split", error),
      },
    );
  return (
    <Panel
      title="Near duplicates"
      actions={
        <Select
          size="xs"
          w={160}
          aria-label="How alike"
          allowDeselect={false}
          data={DISTANCES}
          value={String(distance)}
          onChange={(value) => {
            setDistance(Number(value));
            setOffset(0);
          }}
        />
      }
    >
      <QueryView query={duplicates}>
        {({ groups, leaking, assets, compared, results, next_offset }) =>
          groups === 0 ? (
            <Text size="sm" c="dimmed">
              {compared === 0 ? "Pictures are compared as they come in; of these nothing is known yet." : `None of ${count(compared, "picture")} looks like another one.`}
            </Text>
          ) : (
            <>
              <Group justify="space-between" gap="sm" mb={4}>
                <Text size="sm">
                  <Link to={dataPath(projectId, { duplicates: true })} className="tess-link">
                    {count(assets, "picture")}
                  </Link>{" "}
                  in {count(groups, "group")};{" "}
                  {leaking === 0 ? "no group is spread over several splits." : <b>{count(leaking, "group")} spread over several splits.</b>}
                </Text>
                {leaking > 0 && (
                  <Button size="xs" loading={mend.isPending} onClick={() => put({})}>
                    Put every group into one split
                  </Button>
                )}
              </Group>
              {results.map((group) => (
                <Likes key={group.assets[0]?.id} projectId={projectId} group={group} busy={mend.isPending} onPut={put} />
              ))}
              {(offset > 0 || next_offset !== null) && (
                <Group justify="center" gap="xs" mt="sm">
                  <Button size="xs" variant="default" disabled={offset === 0} onClick={() => setOffset(Math.max(0, offset - results.length))}>
                    Before
                  </Button>
                  <Button size="xs" variant="default" disabled={next_offset === null} onClick={() => setOffset(next_offset ?? offset)}>
                    Next
                  </Button>
                </Group>
              )}
            </>
          )
        }
      </QueryView>
    </Panel>
  );
}

interface LikesProps {
  projectId: string;
  group: DuplicateGroup;
  busy: boolean;
  onPut: (body: { split?: Split; assets: string[] }) => void;
}

function Likes({ projectId, group, busy, onPut }: LikesProps) {
  const [first] = group.assets;
  return (
    <div className={classes.group}>
      <Group justify="space-between" gap="sm">
        <Text size="sm" c={group.leaks ? "orange" : "dimmed"} fw={group.leaks ? 600 : 400}>
          {count(group.count, "picture")}
          {group.splits.length > 0 && ` in ${group.splits.join(", ")}`}
        </Text>
        {group.leaks && first && (
          <Menu position="bottom-end">
            <Menu.Target>
              <Button size="compact-xs" variant="default" loading={busy}>
                Put into one split
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {SPLITS.map((split) => (
                <Menu.Item key={split} onClick={() => onPut({ split, assets: [first.id] })}>
                  {SPLIT_NAMES[split]}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
      </Group>
      <div className={classes.pictures}>
        {group.assets.map(({ id, name, split }) => (
          <Link key={id} to={`/projects/${projectId}/data/${id}`} className={classes.picture} title={name}>
            <img src={thumbnailUrl(id, 320)} alt={name} loading="lazy" decoding="async" />
            <span>{name}</span>
            <Text component="span" size="xs" c="dimmed">
              {SPLIT_NAMES[split ?? "none"]}
            </Text>
          </Link>
        ))}
        {group.count > group.assets.length && (
          <Text size="xs" c="dimmed" style={{ alignSelf: "center", flex: "none" }}>
            and {integer(group.count - group.assets.length)} more
          </Text>
        )}
      </div>
    </div>
  );
}
