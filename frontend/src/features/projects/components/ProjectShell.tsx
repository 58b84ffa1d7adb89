import { Box } from "@mantine/core";
import { Suspense, useEffect, useRef } from "react";
import { Link, NavLink, Outlet, useLocation, useNavigate } from "react-router";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useShortcut } from "@/components/shortcuts";
import { RowsSkeleton } from "@/components/QueryView";
import { useProjectLive } from "../api/live";
import { useProject } from "../api/projects";
import { useProjectId } from "@/components/route";
import classes from "./ProjectShell.module.css";

const TABS = [
  { to: "data", label: "Data", letter: "d" },
  { to: "work", label: "Work", letter: "w" },
  { to: "consensus", label: "Consensus", letter: "o" },
  { to: "label-check", label: "Label check", letter: "l" },
  { to: "classes", label: "Classes", letter: "c" },
  { to: "transfer", label: "Import & export", letter: "i" },
  { to: "snapshots", label: "Snapshots", letter: "s" },
  { to: "training", label: "Training", letter: "t" },
  { to: "runs", label: "Runs", letter: "r" },
  { to: "artifacts", label: "Artifacts", letter: "a" },
  { to: "deployments", label: "Deployments", letter: "e" },
  { to: "settings", label: "Settings", letter: "," },
];

/** A project's name and tabs; the page of the tab below. */
export function ProjectShell() {
  const id = useProjectId();
  const project = useProject(id);
  const live = useProjectLive(id);
  const tabs = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const loaded = project.data !== undefined;
  // On a narrow screen the tabs scroll: the current one has to be in sight.
  useEffect(() => {
    tabs.current?.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [pathname, loaded]);
  if (project.error && !project.data) {
    return (
      <Box maw={620} mx="auto" p="xl" w="100%">
        <ProblemAlert error={project.error} doing="Opening the project" onRetry={() => void project.refetch()} />
        <p>
          <Link to="/projects" className="tess-link">
            All projects
          </Link>
        </p>
      </Box>
    );
  }
  return (
    <>
      <div className={classes.bar}>
        <Link to="data" className={classes.name} title={project.data?.name}>
          {project.data?.name ?? " "}
        </Link>
        <nav ref={tabs} className={classes.tabs} aria-label="Project">
          {TABS.map((tab) => (
            <Tab key={tab.to} {...tab} />
          ))}
        </nav>
        {live === "waiting" && (
          <span className={classes.offline} role="status">
            Reconnecting…
          </span>
        )}
      </div>
      <div className={classes.page}>
        <Suspense fallback={<RowsSkeleton />}>{project.data ? <Outlet /> : <RowsSkeleton />}</Suspense>
      </div>
    </>
  );
}

function Tab({ to, label, letter }: (typeof TABS)[number]) {
  const navigate = useNavigate();
  useShortcut(`g ${letter}`, `Go to ${label.toLowerCase()}`, () => void navigate(to), "Project");
  return (
    <NavLink to={to} className={classes.tab}>
      {label}
    </NavLink>
  );
}
