import { Alert, Button, Skeleton, Stack } from "@mantine/core";
import { Link, useSearchParams } from "react-router";
import { EmptyState } from "@/components/EmptyState";
import { IconInfo, IconTrain } from "@/components/icons";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useProjectId } from "@/components/route";
import { useProject } from "@/features/projects/api/projects";
import { useSession } from "@/features/session/api/session";
import { mayBuild, roleIn } from "@/features/session/model/access";
import { useArchitectures } from "../api/training";
import { useWorkflows } from "../api/workflows";
import { fits } from "../model/architectures";
import { draftKey, optionsKey } from "../model/draft";
import { draftOf } from "../model/form";
import { newForm } from "./useWorkflowForm";
import { WorkflowBuilder } from "./WorkflowBuilder";

/** Gathers what the builder starts from. */
export function BuilderPage({ workflowId }: { workflowId: string | null }) {
  const projectId = useProjectId();
  const [search] = useSearchParams();
  const architectures = useArchitectures();
  const workflows = useWorkflows(projectId);
  const project = useProject(projectId);
  const session = useSession();
  const user = session.data?.user?.id ?? "";
  const error = architectures.error ?? workflows.error;
  if (error && !(architectures.data && workflows.data)) {
    return (
      <>
        <PageHeader title="Training" />
        <ProblemAlert error={error} onRetry={() => void Promise.all([architectures.refetch(), workflows.refetch()])} />
      </>
    );
  }
  if (!architectures.data || !workflows.data || !project.data) return <BuilderSkeleton />;
  const { task } = project.data;
  const workflow = workflows.data.find(({ id }) => id === workflowId) ?? null;
  const first = architectures.data.find((one) => fits(one, task));
  const taken = workflows.data.map(({ name }) => name);
  if (workflowId !== null && workflow === null) return <Missing title="This workflow is not here">It may have been deleted.</Missing>;
  if (!first) return <Missing title="No architecture fits">None of the installed architectures does {task} segmentation.</Missing>;
  const spec = workflow && draftOf(architectures.data, workflow.spec);
  if (workflow && !spec) {
    return <Missing title="This workflow’s architecture is gone">No “{workflow.spec.architecture}” is installed here.</Missing>;
  }
  return (
    <Stack gap="sm">
      {project.data.counts.annotated === 0 && (
        <Alert icon={<IconInfo />} color="orange" title="Nothing to learn from yet">
          No image of this project has annotations.{" "}
          <Link to={`/projects/${projectId}/transfer`} className="tess-link">
            Import labels
          </Link>{" "}
          before you train.
        </Alert>
      )}
      <WorkflowBuilder
        projectId={projectId}
        task={task}
        architectures={architectures.data}
        workflow={workflow}
        initial={workflow && spec ? { name: workflow.name, spec } : newForm(first, taken)}
        takenNames={taken}
        draftId={draftKey(user, projectId, workflowId)}
        optionsId={optionsKey(user, projectId)}
        snapshot={search.get("snapshot")}
        mayTrain={mayBuild(roleIn(session.data, project.data.workspace))}
      />
    </Stack>
  );
}

function Missing({ title, children }: { title: string; children: React.ReactNode }) {
  const all = (
    <Button variant="default" component={Link} to=".." relative="path">
      All workflows
    </Button>
  );
  return (
    <Panel>
      <EmptyState icon={<IconTrain size={34} />} title={title} action={all}>
        {children}
      </EmptyState>
    </Panel>
  );
}

function BuilderSkeleton() {
  return (
    <Stack gap="sm" aria-busy="true" aria-label="Loading">
      <Skeleton height={34} width={320} />
      <Skeleton height={138} />
      <Skeleton height={360} />
    </Stack>
  );
}
