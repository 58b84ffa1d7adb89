import { Button } from "@mantine/core";
import { Link, useSearchParams } from "react-router";
import { EmptyState } from "@/components/EmptyState";
import { IconSweep } from "@/components/icons";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { QueryView, RowsSkeleton } from "@/components/QueryView";
import { useProjectId } from "@/components/route";
import { useClasses } from "@/features/classes/api/classes";
import { useProject } from "@/features/projects/api/projects";
import { useArchitectures } from "@/features/training/api/training";
import { useWorkflows } from "@/features/training/api/workflows";
import { metricsOf } from "../model/methods";
import { SweepEditor } from "./SweepEditor";

export function NewSweepPage() {
  const projectId = useProjectId();
  const [search] = useSearchParams();
  const workflows = useWorkflows(projectId);
  const architectures = useArchitectures();
  const project = useProject(projectId);
  const labels = useClasses(projectId);
  return (
    <>
      <PageHeader title="New sweep" sub="Train one workflow many times with other values, and see which of them matter." />
      <QueryView query={workflows}>
        {(list) =>
          list.length === 0 ? (
            <Panel flush>
              <EmptyState
                icon={<IconSweep size={34} />}
                title="No workflow to vary yet"
                action={
                  <Button component={Link} to={`/projects/${projectId}/training/new`}>
                    New training
                  </Button>
                }
              >
                A sweep starts from a workflow: make one first.
              </EmptyState>
            </Panel>
          ) : (
            <QueryView query={architectures} skeleton={<RowsSkeleton rows={8} height={48} />}>
              {(all) =>
                project.data && labels.data ? (
                  <SweepEditor
                    projectId={projectId}
                    workflows={list}
                    architectures={all}
                    wanted={search.get("workflow")}
                    metrics={metricsOf(project.data.task, labels.data.map(({ name }) => name))}
                  />
                ) : (
                  <RowsSkeleton rows={8} height={48} />
                )
              }
            </QueryView>
          )
        }
      </QueryView>
    </>
  );
}
