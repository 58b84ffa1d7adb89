import { Alert } from "@mantine/core";
import { Link, useSearchParams } from "react-router";
import type { Architecture, Workflow } from "@/api/types";
import { IconInfo } from "@/components/icons";
import { PageHeader } from "@/components/PageHeader";
import { ProblemAlert } from "@/components/ProblemAlert";
import { RowsSkeleton } from "@/components/QueryView";
import { useProjectId } from "@/components/route";
import { useProject } from "@/features/projects/api/projects";
import { useSession } from "@/features/session/api/session";
import { useArchitectures, useWorkflows } from "../api/training";
import { draftKey } from "../model/draft";
import { defaults, freeName, fromSpec, type TrainingForm } from "../model/form";
import { TrainingEditor } from "./TrainingEditor";

export function NewTrainingPage() {
  const projectId = useProjectId();
  const [search] = useSearchParams();
  const architectures = useArchitectures();
  const workflows = useWorkflows(projectId);
  const project = useProject(projectId);
  const wanted = search.get("workflow");
  const workflow = workflows.data?.find(({ id }) => id === wanted) ?? null;
  const session = useSession();
  const user = session.data?.user?.id ?? "";
  const task = project.data?.task ?? "semantic";
  const fitting = architectures.data?.filter(({ tasks }) => tasks.includes(task));
  const start = fitting && workflows.data && beginning(fitting, workflow, workflows.data);
  const error = architectures.error ?? workflows.error;
  return (
    <>
      <PageHeader
        title="New training"
        sub={workflow === null ? undefined : `Another run of “${workflow.name}”; a changed specification becomes version ${workflow.version + 1}.`}
      />
      {error && <ProblemAlert error={error} onRetry={() => void Promise.all([architectures.refetch(), workflows.refetch()])} />}
      {project.data?.counts.annotated === 0 && (
        <Alert icon={<IconInfo />} color="orange" mb="md" title="Nothing to learn from yet">
          No image of this project has annotations.{" "}
          <Link to={`/projects/${projectId}/transfer`} className="tess-link">
            Import labels
          </Link>{" "}
          before you train.
        </Alert>
      )}
      {fitting?.length === 0 && (
        <Alert icon={<IconInfo />} title="No architecture fits">
          None of the installed architectures does {task} segmentation.
        </Alert>
      )}
      {start && fitting ? (
        <TrainingEditor
          key={workflow?.id ?? "new"}
          projectId={projectId}
          architectures={fitting}
          initial={start}
          draftId={draftKey(user, projectId, workflow?.id ?? null)}
          workflow={workflow}
          snapshot={search.get("snapshot")}
        />
      ) : (
        !error && fitting?.length !== 0 && <RowsSkeleton rows={8} height={48} />
      )}
    </>
  );
}

function beginning(
  architectures: readonly Architecture[],
  workflow: Workflow | null,
  all: readonly Workflow[],
): TrainingForm | undefined {
  if (workflow) {
    const architecture = architectures.find(({ name }) => name === workflow.spec.architecture);
    if (architecture) return fromSpec(architecture, workflow.name, workflow.spec);
  }
  const first = architectures[0];
  if (!first) return undefined;
  const form = defaults(first, "");
  return { ...form, name: freeName(`${first.title} ${form.variant}`, all.map(({ name }) => name)) };
}
