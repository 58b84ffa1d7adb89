import { Button, SegmentedControl, VisuallyHidden } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { Link, useLocation, useNavigate } from "react-router";
import { type Column, DataTable } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { count, integer } from "@/components/format";
import { IconCompare, IconPlus, IconUsers } from "@/components/icons";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useProjectId } from "@/components/route";
import { useShortcut } from "@/components/shortcuts";
import { Stats } from "@/components/Stat";
import { useProject } from "@/features/projects/api/projects";
import { useSession } from "@/features/session/api/session";
import { mayReview, roleIn } from "@/features/session/model/access";
import { type Brief, type Image, type Task, type TaskFilters, useTasks } from "../api/consensus";
import { figure, STATE_WORDS } from "../model/agreement";
import { answerPath, comparePath } from "../model/paths";
import classes from "./Consensus.module.css";
import { OwnTasks } from "./OwnTasks";
import { type Choice, RoundDialog } from "./RoundDialog";

const SUB = "Several people label the same image without seeing each other's work. How far they agree tells how clear the task is.";
const STATES = [
  { value: "", label: "All" },
  { value: "open", label: "Open" },
  { value: "done", label: "All handed in" },
  { value: "merged", label: "Merged" },
];

/** Rounds in which several people label the same images: one's own part, and for reviewers everybody's. */
export function ConsensusPage() {
  const projectId = useProjectId();
  const project = useProject(projectId);
  const session = useSession();
  const judges = mayReview(roleIn(session.data, project.data?.workspace));
  const navigate = useNavigate();
  // Images that were selected in the grid.
  const { give } = (useLocation().state ?? {}) as { give?: string[] };
  const [opened, { open, close }] = useDisclosure(give !== undefined);
  const forget = () => give && void navigate(".", { replace: true, state: null });
  useShortcut("n", "New round", () => judges && open());
  const actions = judges && (
    <>
      <Button variant="default" component={Link} to="agreement" leftSection={<IconCompare size={15} />}>
        Agreement
      </Button>
      <Button leftSection={<IconPlus />} onClick={open}>
        New round
      </Button>
    </>
  );
  return (
    <>
      <PageHeader title="Consensus" sub={SUB} actions={actions} />
      <div className={classes.stack}>
        <OwnTasks projectId={projectId} />
        {judges ? <Rounds projectId={projectId} onNew={open} /> : <OwnList projectId={projectId} />}
      </div>
      {project.data && (
        <RoundDialog
          projectId={projectId}
          workspace={project.data.workspace}
          opened={opened}
          onClose={() => {
            close();
            forget();
          }}
          choices={give ? [{ label: "Selected", total: give.length, what: { assets: give } }] : choicesOf(project.data.counts)}
        />
      )}
    </>
  );
}

function choicesOf({ assets, annotated }: { assets: number; annotated: number }): [Choice, ...Choice[]] {
  const all: Choice = { label: "All images", total: assets, what: { filters: {} } };
  const bare: Choice = { label: "Without annotations", total: assets - annotated, what: { filters: { annotated: "false" } } };
  return annotated === 0 || annotated === assets ? [all] : [all, bare];
}

/** For who only labels: the images that they were asked about. */
function OwnList({ projectId }: { projectId: string }) {
  const tasks = useTasks(projectId, { person: "me" });
  const rows = tasks.data?.pages.flatMap(({ results }) => results) ?? [];
  return (
    <QueryView query={tasks}>
      {() =>
        rows.length === 0 ? (
          <EmptyState icon={<IconUsers size={30} />} title="Nobody has asked you for an answer yet">
            When a reviewer starts a round with you in it, your images are here.
          </EmptyState>
        ) : (
          <Panel title="Images" flush>
            <DataTable label="Your images" columns={ownColumns(projectId)} rows={rows} keyOf={({ asset }) => asset.id} />
            <More tasks={tasks} />
          </Panel>
        )
      }
    </QueryView>
  );
}

function ownColumns(projectId: string): Column<Task>[] {
  return [
    {
      title: "Image",
      cell: ({ asset, answers: [own] }) => (
        <ImageLink image={asset} to={own?.state === "done" ? comparePath(projectId, asset.id) : answerPath(projectId, asset.id)} />
      ),
    },
    { title: "Your answer", width: 160, cell: ({ answers: [own] }) => own && STATE_WORDS[own.state] },
    { title: "Shapes", align: "right", width: 90, cell: ({ answers: [own] }) => own && integer(own.shape_count) },
  ];
}

function More({ tasks }: { tasks: ReturnType<typeof useTasks> }) {
  if (!tasks.hasNextPage) return null;
  return (
    <Button variant="subtle" fullWidth loading={tasks.isFetchingNextPage} onClick={() => void tasks.fetchNextPage()}>
      Show more
    </Button>
  );
}

function Rounds({ projectId, onNew }: { projectId: string; onNew: () => void }) {
  const [state, setState] = useState("");
  const filters: TaskFilters = state === "" ? {} : { state: state as NonNullable<TaskFilters["state"]> };
  const tasks = useTasks(projectId, filters);
  const rows = tasks.data?.pages.flatMap(({ results }) => results) ?? [];
  return (
    <QueryView query={{ ...tasks, data: tasks.data?.pages[0] }}>
      {({ total, people }) =>
        people.length === 0 ? (
          <EmptyState
            icon={<IconUsers size={30} />}
            title="No round yet"
            action={
              <Button leftSection={<IconPlus />} onClick={onNew}>
                New round
              </Button>
            }
          >
            Give some images to two people or more. To choose which, select them on the Data page and press “Several
            people”.
          </EmptyState>
        ) : (
          <>
            <Stats
              items={[
                { label: "To do", value: integer(total.todo) },
                { label: "In progress", value: integer(total.in_progress) },
                { label: "Handed in", value: integer(total.done) },
                { label: "People", value: integer(people.length), hint: people.map(({ user }) => user.name).join(", ") },
              ]}
            />
            <Panel
              title="Images"
              flush
              actions={<SegmentedControl size="xs" aria-label="Which images" data={STATES} value={state} onChange={setState} />}
            >
              {rows.length === 0 ? (
                <EmptyState title="No image is in this state" />
              ) : (
                <DataTable label="Images of rounds" columns={columns(projectId)} rows={rows} keyOf={({ asset }) => asset.id} />
              )}
              <More tasks={tasks} />
            </Panel>
          </>
        )
      }
    </QueryView>
  );
}

function columns(projectId: string): Column<Task>[] {
  return [
    { title: "Image", cell: ({ asset }) => <ImageLink image={asset} to={comparePath(projectId, asset.id)} /> },
    { title: "Answers", cell: ({ answers }) => <People answers={answers} /> },
    { title: "Agreement", align: "right", width: 110, cell: ({ score }) => figure(score) },
    { title: "Merged", width: 90, dimmed: true, cell: ({ answers }) => (answers.some(({ merged_at }) => merged_at !== null) ? "Yes" : "No") },
  ];
}

export function ImageLink({ image, to }: { image: Image; to: string }) {
  return (
    <Link to={to} className={classes.image}>
      <img src={image.thumbnail_url} alt="" loading="lazy" />
      <span>{image.name}</span>
    </Link>
  );
}

function inOrder(answers: readonly Brief[]): Brief[] {
  return [...answers].sort((a, b) => a.user.name.localeCompare(b.user.name));
}

function People({ answers }: { answers: readonly Brief[] }) {
  return (
    <div className={classes.people}>
      {inOrder(answers).map(({ id, user, state, shape_count }) => (
        <span key={id} className={classes.person} data-state={state} title={`${STATE_WORDS[state]}, ${count(shape_count, "shape")}`}>
          <i aria-hidden="true" />
          {user.name}
          <VisuallyHidden>: {STATE_WORDS[state]}</VisuallyHidden>
        </span>
      ))}
    </div>
  );
}
