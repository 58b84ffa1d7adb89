import { useRouteId } from "@/components/route";
import { BuilderPage } from "./BuilderPage";

export function WorkflowPage() {
  const workflowId = useRouteId("workflowId");
  return <BuilderPage key={workflowId} workflowId={workflowId} />;
}
