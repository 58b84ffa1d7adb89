import { Navigate, useSearchParams } from "react-router";
import { BuilderPage } from "./BuilderPage";

/** A workflow that is not saved yet; `?workflow=` leads to one that is. */
export function NewWorkflowPage() {
  const [search] = useSearchParams();
  const { workflow, ...rest } = Object.fromEntries(search);
  if (workflow !== undefined) return <Navigate replace to={{ pathname: `../${workflow}`, search: new URLSearchParams(rest).toString() }} relative="path" />;
  return <BuilderPage workflowId={null} />;
}
