import { createBrowserRouter, Navigate, type RouteObject } from "react-router";
import { PageError } from "./PageError";
import { PageLoading } from "./PageLoading";
import { loadPage } from "./recovery";
import { Shell, WholeWindow } from "./Shell";

/** A page in a chunk of its own: its code is fetched when somebody goes there. */
function page<K extends string>(load: () => Promise<Record<K, React.ComponentType>>, name: K): Pick<RouteObject, "lazy"> {
  return { lazy: async () => ({ Component: (await loadPage(load))[name] }) };
}

const projectPages: RouteObject[] = [
  { index: true, element: <Navigate to="data" replace /> },
  { path: "data", ...page(() => import("@/features/data/components/DataPage"), "DataPage") },
  { path: "data/statistics", ...page(() => import("@/features/data/components/statistics/StatisticsPage"), "StatisticsPage") },
  { path: "data/:assetId", ...page(() => import("@/features/data/components/AssetPage"), "AssetPage") },
  { path: "work", ...page(() => import("@/features/review/components/WorkPage"), "WorkPage") },
  { path: "label-check", ...page(() => import("@/features/labelcheck/components/LabelCheckPage"), "LabelCheckPage") },
  { path: "consensus", ...page(() => import("@/features/consensus/components/ConsensusPage"), "ConsensusPage") },
  { path: "consensus/agreement", ...page(() => import("@/features/consensus/components/AgreementPage"), "AgreementPage") },
  { path: "consensus/:assetId", ...page(() => import("@/features/consensus/components/CompareAnswersPage"), "CompareAnswersPage") },
  { path: "classes", ...page(() => import("@/features/classes/components/ClassesPage"), "ClassesPage") },
  { path: "transfer", ...page(() => import("@/features/transfer/components/TransferPage"), "TransferPage") },
  { path: "snapshots", ...page(() => import("@/features/snapshots/components/SnapshotsPage"), "SnapshotsPage") },
  { path: "snapshots/compare", ...page(() => import("@/features/snapshots/components/ComparePage"), "ComparePage") },
  { path: "training", ...page(() => import("@/features/training/components/WorkflowsPage"), "WorkflowsPage") },
  { path: "training/new", ...page(() => import("@/features/training/components/NewWorkflowPage"), "NewWorkflowPage") },
  { path: "training/:workflowId", ...page(() => import("@/features/training/components/WorkflowPage"), "WorkflowPage") },
  { path: "runs", ...page(() => import("@/features/runs/components/RunsPage"), "RunsPage") },
  { path: "runs/compare", ...page(() => import("@/features/runs/components/ComparePage"), "ComparePage") },
  { path: "runs/sweeps", ...page(() => import("@/features/sweeps/components/SweepsPage"), "SweepsPage") },
  { path: "runs/sweeps/new", ...page(() => import("@/features/sweeps/components/NewSweepPage"), "NewSweepPage") },
  { path: "runs/sweeps/:sweepId", ...page(() => import("@/features/sweeps/components/SweepPage"), "SweepPage") },
  { path: "runs/:runId", ...page(() => import("@/features/runs/components/RunPage"), "RunPage") },
  { path: "artifacts", ...page(() => import("@/features/registry/components/RegistryPage"), "RegistryPage") },
  { path: "artifacts/compare", ...page(() => import("@/features/registry/components/ComparePage"), "ComparePage") },
  { path: "artifacts/:artifactId", ...page(() => import("@/features/artifacts/components/ArtifactPage"), "ArtifactPage") },
  { path: "deployments", ...page(() => import("@/features/deployments/components/DeploymentsPage"), "DeploymentsPage") },
  {
    path: "deployments/:deploymentId",
    ...page(() => import("@/features/deployments/components/DeploymentPage"), "DeploymentPage"),
  },
  { path: "settings", ...page(() => import("@/features/projects/components/ProjectSettings"), "ProjectSettings") },
];

export const router = createBrowserRouter([
  {
    errorElement: <PageError />,
    hydrateFallbackElement: <PageLoading />,
    children: [
      { path: "/sign-in", ...page(() => import("@/features/session/components/SignIn"), "SignIn") },
      { path: "/setup", ...page(() => import("@/features/session/components/SetUp"), "SetUp") },
      { path: "/join", ...page(() => import("@/features/session/components/AcceptInvitation"), "AcceptInvitation") },
      {
        element: <WholeWindow />,
        children: [
          {
            path: "/projects/:projectId/annotate/:assetId",
            errorElement: <PageError />,
            ...page(() => import("@/features/annotator/components/AnswerPage"), "AnnotateRoute"),
          },
        ],
      },
      {
        element: <WholeWindow sheet />,
        children: [
          {
            path: "/projects/:projectId/artifacts/:artifactId/viewer",
            errorElement: <PageError />,
            ...page(() => import("@/features/viewer/components/ViewerPage"), "ViewerPage"),
          },
        ],
      },
      {
        element: <Shell />,
        children: [
          {
            errorElement: <PageError />,
            children: [
              { index: true, element: <Navigate to="/projects" replace /> },
              { path: "/projects", ...page(() => import("@/features/projects/components/ProjectsPage"), "ProjectsPage") },
              {
                path: "/projects/:projectId",
                ...page(() => import("@/features/projects/components/ProjectShell"), "ProjectShell"),
                children: [{ errorElement: <PageError />, children: projectPages }],
              },
              { path: "/hardware", ...page(() => import("@/features/hardware/components/HardwarePage"), "HardwarePage") },
              { path: "/keys", ...page(() => import("@/features/workspace/components/KeysPage"), "KeysPage") },
              { path: "/members", ...page(() => import("@/features/workspace/components/MembersPage"), "MembersPage") },
              { path: "*", ...page(() => import("./NotFound"), "NotFound") },
            ],
          },
        ],
      },
    ],
  },
]);
