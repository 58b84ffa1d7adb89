import { Button, Group, Stack, Text } from "@mantine/core";
import { Link, useNavigate } from "react-router";
import type { Asset, Review } from "@/api/types";
import { thumbnailUrl } from "@/components/assetUrls";
import { count, integer } from "@/components/format";
import { IconCheck, IconEdit } from "@/components/icons";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useProjectId } from "@/components/route";
import { useShortcut } from "@/components/shortcuts";
import { annotatePath, DEFAULT_ORDER, readFilters, writeFilters } from "@/features/data/model/filters";
import { type StateCounts, useProgress, useQueue, type WorkRole } from "../api/review";
import { REVIEW_NAMES } from "../model/history";
import classes from "./Work.module.css";

const STATES: readonly { state: Review; color: string }[] = [
  { state: "approved", color: "var(--mantine-color-teal-6)" },
  { state: "in_review", color: "var(--mantine-color-orange-5)" },
  { state: "in_progress", color: "var(--mantine-color-blue-5)" },
  { state: "rejected", color: "var(--mantine-color-red-6)" },
  { state: "todo", color: "var(--mantine-color-gray-5)" },
];

/** One's own work in a project, what one has to review, and how far everybody is. */
export function WorkPage() {
  const projectId = useProjectId();
  return (
    <>
      <PageHeader title="Work" />
      <Stack gap="md">
        <QueuePanel projectId={projectId} role="assignee" title="To annotate" letter="a" />
        <QueuePanel projectId={projectId} role="reviewer" title="To review" letter="v" />
        <ProgressPanel projectId={projectId} />
      </Stack>
    </>
  );
}

interface QueueProps {
  projectId: string;
  role: WorkRole;
  title: string;
  letter: string;
}

function QueuePanel({ projectId, role, title, letter }: QueueProps) {
  const navigate = useNavigate();
  const queue = useQueue(projectId, role);
  const next = queue.data?.next;
  const path = (asset: Asset) => annotatePath(projectId, asset.id, listOf(role));
  const verb = role === "assignee" ? "Annotate" : "Review";
  useShortcut(letter, role === "assignee" ? "Go on annotating" : "Go on reviewing", () => next && void navigate(path(next)));
  return (
    <Panel title={title}>
      <QueryView query={queue}>
        {({ counts, results }) => {
          const total = sum(counts);
          const open = role === "assignee" ? counts.rejected + counts.in_progress + counts.todo : counts.in_review;
          if (total === 0) {
            return (
              <Text size="sm" c="dimmed">
                {role === "assignee" ? "Nothing is assigned to you." : "Nothing is yours to review."} Images are given out under Data: select
                some and press Assign.
              </Text>
            );
          }
          return (
            <Stack gap="sm">
              <Group justify="space-between" gap="md">
                <div style={{ flex: "1 1 260px" }}>
                  <Bar counts={counts} />
                </div>
                {next ? (
                  <Button component={Link} to={path(next)} leftSection={<IconEdit size={15} />}>
                    {verb} the next of {integer(open)}
                  </Button>
                ) : (
                  <Text size="sm" c="dimmed">
                    <IconCheck size={15} /> {role === "assignee" ? "All handed in." : "Nothing waits for you."}
                  </Text>
                )}
              </Group>
              {results.length > 0 && (
                <div className={classes.tiles}>
                  {results.map((asset) => (
                    <Link key={asset.id} className={classes.tile} to={path(asset)}>
                      <img src={thumbnailUrl(asset.id, 320)} alt="" loading="lazy" />
                      <span>
                        <b title={asset.name}>{asset.name}</b>
                        {role === "assignee" ? REVIEW_NAMES[asset.review] : (asset.assignee?.name ?? "")}
                      </span>
                    </Link>
                  ))}
                </div>
              )}
            </Stack>
          );
        }}
      </QueryView>
    </Panel>
  );
}

function ProgressPanel({ projectId }: { projectId: string }) {
  const progress = useProgress(projectId);
  return (
    <Panel title="Everybody">
      <QueryView query={progress}>
        {({ total, unassigned, people }) => (
          <Stack gap="md">
            <div>
              <Text size="sm" fw={500} mb={6}>
                {count(sum(total), "image")}
                {unassigned > 0 && `, ${integer(unassigned)} assigned to nobody`}
              </Text>
              <Bar counts={total} />
            </div>
            {people.map(({ user, assignee, reviewer }) => (
              <div key={user.id}>
                <Text size="sm" fw={500} mb={6}>
                  {user.name}
                </Text>
                {sum(assignee) > 0 && <Bar counts={assignee} label="annotates" />}
                {sum(reviewer) > 0 && <Bar counts={reviewer} label="reviews" />}
              </div>
            ))}
          </Stack>
        )}
      </QueryView>
    </Panel>
  );
}

/** States as parts of one bar, and in words for whoever does not see colours. */
function Bar({ counts, label }: { counts: StateCounts; label?: string }) {
  const there = STATES.filter(({ state }) => counts[state] > 0);
  const words = there.map(({ state }) => `${integer(counts[state])} ${REVIEW_NAMES[state].toLowerCase()}`).join(", ");
  return (
    <div style={{ marginBottom: 8 }}>
      <div className={classes.bar} aria-hidden="true">
        {there.map(({ state, color }) => (
          <span key={state} style={{ flex: counts[state], background: color }} />
        ))}
      </div>
      <Text size="xs" c="dimmed" mt={4}>
        {label !== undefined && `${label} ${integer(sum(counts))}: `}
        {words === "" ? "nothing yet" : words}
      </Text>
    </div>
  );
}

function sum(counts: StateCounts): number {
  return Object.values(counts).reduce((all, one) => all + one, 0);
}

/** The list that next and previous go through. */
function listOf(role: WorkRole): URLSearchParams {
  const none = readFilters(new URLSearchParams());
  return role === "assignee"
    ? writeFilters({ ...none, assignee: "me", order: DEFAULT_ORDER })
    : writeFilters({ ...none, reviewer: "me", review: ["in_review"] });
}
