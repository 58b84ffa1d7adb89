import { Button, Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import type { Asset, Project } from "@/api/types";
import { ConfirmButton } from "@/components/ConfirmButton";
import { count } from "@/components/format";
import { notifyDone } from "@/components/notify";
import { Panel } from "@/components/Panel";
import { type Answer, type Merge, type Merged, useMerge } from "../api/consensus";

/** Makes the image's annotations out of its answers. */
export function MergePanel({ project, asset, answers }: { project: Project; asset: Asset; answers: readonly Answer[] }) {
  const merge = useMerge(project.id, asset.id);
  const done = answers.filter(({ state }) => state === "done");
  const run = async (body: Omit<Merge, "revision">) => notifyDone(told(await merge.mutateAsync({ ...body, revision: asset.revision }), project.task));
  const replaces =
    asset.annotation_count === 0
      ? "The image has no annotations yet."
      : `This replaces the ${count(asset.annotation_count, "annotation")} that the image has; its history can take it back.`;
  return (
    <Panel title="Merge">
      <Stack gap="xs">
        <ConfirmButton
          title="Take the majority?"
          confirm="Take the majority"
          color="tile"
          onConfirm={() => run({ method: "majority" })}
          trigger={(open) => (
            <Button onClick={open} disabled={done.length < 2}>
              Take the majority of {count(done.length, "answer")}
            </Button>
          )}
        >
          {project.task === "semantic"
            ? "Every pixel gets the class that most people gave it; where that is a tie, it stays unlabelled. "
            : "Objects that more than half of the people drew are kept, with the pixels that most of those who drew them agree on. "}
          {replaces}
        </ConfirmButton>
        {done.map(({ id, user }) => (
          <ConfirmButton
            key={id}
            title={`Take the answer of ${user.name}?`}
            confirm={`Take the answer of ${user.name}`}
            color="tile"
            onConfirm={() => run({ method: "answer", user: user.id })}
            trigger={(open) => (
              <Button variant="default" onClick={open}>
                Take the answer of {user.name}
              </Button>
            )}
          >
            The image gets the shapes as {user.name} drew them. {replaces}
          </ConfirmButton>
        ))}
        {done.length < 2 && (
          <Text size="xs" c="dimmed">
            A majority takes two answers that are handed in.
          </Text>
        )}
        {asset.annotation_count > 0 && (
          <Text size="sm">
            <Link className="tess-link" to={`/projects/${project.id}/annotate/${asset.id}`}>
              Open the image with its {count(asset.annotation_count, "annotation")}
            </Link>
          </Text>
        )}
      </Stack>
    </Panel>
  );
}

function told({ shapes, ties, dropped }: Merged, task: string): string {
  const parts = [`The image has ${count(shapes, "annotation")} now.`];
  if (ties > 0 && task !== "instance") parts.push(`${count(ties, "pixel")} had no winner and stay unlabelled.`);
  if (dropped > 0) parts.push(`${count(dropped, "object")} that at most half of the people drew ${dropped === 1 ? "is" : "are"} left out.`);
  return parts.join(" ");
}
