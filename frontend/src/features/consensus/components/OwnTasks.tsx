import { Button, Group, Progress, Text } from "@mantine/core";
import { Link, useNavigate } from "react-router";
import { count } from "@/components/format";
import { IconCheck, IconEdit } from "@/components/icons";
import { Panel } from "@/components/Panel";
import { useShortcut } from "@/components/shortcuts";
import { useSession } from "@/features/session/api/session";
import { useOwnTasks } from "../api/consensus";
import { answerPath } from "../model/paths";

/** What the person themselves is asked for: how far they are, and the way to the next image. */
export function OwnTasks({ projectId }: { projectId: string }) {
  const navigate = useNavigate();
  const own = useOwnTasks(projectId);
  const me = useSession().data?.user?.id;
  const mine = own.data?.people.find(({ user }) => user.id === me);
  const next = own.data?.results[0]?.asset;
  useShortcut("a", "Go on with your answers", () => next && void navigate(answerPath(projectId, next.id)));
  if (!mine) return null;
  const total = mine.todo + mine.in_progress + mine.done;
  const isDone = mine.done === total;
  return (
    <Panel title="Your answers">
      <Group justify="space-between" gap="md">
        <div style={{ flex: "1 1 240px" }}>
          <Text size="sm" mb={6}>
            {isDone ? `All ${count(total, "answer")} handed in. Thank you.` : `${mine.done} of ${count(total, "answer")} handed in`}
            {mine.in_progress > 0 && `, ${mine.in_progress} begun`}
          </Text>
          <Progress value={(mine.done / total) * 100} color={isDone ? "teal" : undefined} aria-label="Answers handed in" />
        </div>
        {next ? (
          <Button component={Link} to={answerPath(projectId, next.id)} leftSection={<IconEdit size={15} />}>
            {mine.in_progress + mine.done > 0 ? "Go on" : "Begin"}
          </Button>
        ) : (
          <IconCheck size={20} />
        )}
      </Group>
    </Panel>
  );
}
