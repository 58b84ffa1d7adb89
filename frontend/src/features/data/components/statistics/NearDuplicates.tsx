import { Badge, Button, Group, Select, Text } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { thumbnailUrl } from "@/components/assetUrls";
import { count, integer } from "@/components/format";
import { notifyProblem } from "@/components/notify";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useUndo } from "../../api/bulk";
import { type DuplicateGroup, useMendLeaks, useNearDuplicates } from "../../api/statistics";
import { notifyUndo } from "../undo";
import { Nothing } from "./charts";
import classes from "./Statistics.module.css";

const DISTANCES = [
  { value: "2", label: "Nearly the same file" },
  { value: "6", label: "The same motif" },
  { value: "10", label: "Alike" },
];

/** Pictures that look alike; those that train and judge at once come first. */
export function NearDuplicates({ projectId }: { projectId: string }) {
  const [distance, setDistance] = useState("6");
  const found = useNearDuplicates(projectId, Number(distance));
  const mend = useMendLeaks(projectId, Number(distance));
  const undo = useUndo(projectId);
  const move = (assets?: string[]) =>
    mend.mutate(assets, {
      onSuccess: (done) => notifyUndo(`${count(done.changed, "image")} moved to another split`, done, (id) => undo.mutate(id)),
      onError: (error) => notifyProblem("Moving images", error),
    });
  const first = found.data?.pages[0];
  return (
    <Panel
      className={classes.wide}
      title="Near duplicates"
      actions={
        <Group gap="xs">
          <Select
            size="xs"
            w={170}
            aria-label="How alike"
            data={DISTANCES}
            value={distance}
            onChange={(value) => setDistance(value ?? "6")}
            allowDeselect={false}
          />
          {first && first.leaking > 0 && (
            <Button size="xs" variant="default" loading={mend.isPending} onClick={() => move()}>
              Put each group into one split
            </Button>
          )}
        </Group>
      }
    >
      <QueryView query={{ ...found, data: first }}>
        {(sums) =>
          sums.groups === 0 ? (
            <Nothing>
              {sums.compared === 0 ? "There are no pictures to compare." : `None of ${integer(sums.compared)} pictures looks like another one.`}
            </Nothing>
          ) : (
            <>
              <Text size="sm" mb="xs">
                {count(sums.assets, "picture")} in {count(sums.groups, "group")} look alike.{" "}
                {sums.leaking > 0 ? (
                  <b>
                    {count(sums.leaking, "group")} {sums.leaking === 1 ? "is" : "are"} shared by several splits: what a model trains on judges
                    it, too.
                  </b>
                ) : (
                  "No group is shared by several splits."
                )}
              </Text>
              {found.data?.pages.flatMap(({ results }) => results).map((group) => (
                <One key={group.assets[0]?.id} projectId={projectId} group={group} onMove={move} />
              ))}
              {found.hasNextPage && (
                <Button size="xs" variant="subtle" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
                  More groups
                </Button>
              )}
            </>
          )
        }
      </QueryView>
    </Panel>
  );
}

interface Props {
  projectId: string;
  group: DuplicateGroup;
  onMove: (assets: string[]) => void;
}

function One({ projectId, group: { assets, count: number, leaks, splits }, onMove }: Props) {
  const [first] = assets;
  return (
    <div className={classes.group}>
      <Group justify="space-between" mb={6}>
        <Group gap={6}>
          <Text size="sm" fw={600}>
            {count(number, "picture")}
          </Text>
          {splits.map((split) => (
            <Badge key={split} variant="light" color={leaks ? "orange" : "gray"}>
              {split}
            </Badge>
          ))}
        </Group>
        {leaks && first && (
          <Button size="compact-xs" variant="default" onClick={() => onMove([first.id])}>
            Put into one split
          </Button>
        )}
      </Group>
      <div className={classes.pictures}>
        {assets.map(({ id, name, split }) => (
          <Link key={id} to={`/projects/${projectId}/data/${id}`} className={classes.picture} title={name}>
            <img src={thumbnailUrl(id, 160)} alt="" loading="lazy" decoding="async" />
            <span>{name}</span>
            <Text component="span" size="xs" c="dimmed">
              {split ?? "no split"}
            </Text>
          </Link>
        ))}
      </div>
    </div>
  );
}
