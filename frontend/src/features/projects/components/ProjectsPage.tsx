import { Button, Select, Skeleton, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useRef, useState } from "react";
import { Link } from "react-router";
import type { Project } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { count } from "@/components/format";
import { IconImages, IconPlus, IconSearch } from "@/components/icons";
import { PageHeader } from "@/components/PageHeader";
import { QueryView } from "@/components/QueryView";
import { useShortcut } from "@/components/shortcuts";
import { useSession } from "@/features/session/api/session";
import { mayBuild } from "@/features/session/model/access";
import { useProjects } from "../api/projects";
import { CreateProject } from "./CreateProject";
import classes from "./Projects.module.css";

const SEARCH_FROM = 5;

export function ProjectsPage() {
  const projects = useProjects();
  const { data: session } = useSession();
  const [opened, { open, close }] = useDisclosure(false);
  const [search, setSearch] = useState("");
  const [workspace, setWorkspace] = useState<string | null>(null);
  const searchBox = useRef<HTMLInputElement>(null);
  const workspaces = session?.workspaces ?? [];
  const mayCreate = workspaces.some(({ role }) => mayBuild(role));
  useShortcut("/", "Search projects", () => searchBox.current?.focus());
  useShortcut("n", "New project", open);

  const create = mayCreate && (
    <Button leftSection={<IconPlus />} onClick={open}>
      New project
    </Button>
  );
  return (
    <div className={classes.page}>
      <PageHeader
        title="Projects"
        actions={
          <>
            {workspaces.length > 1 && (
              <Select
                aria-label="Workspace"
                placeholder="All workspaces"
                clearable
                w={180}
                value={workspace}
                onChange={setWorkspace}
                data={workspaces.map(({ id, name }) => ({ value: id, label: name }))}
              />
            )}
            {(projects.data?.length ?? 0) >= SEARCH_FROM && (
              <TextInput
                ref={searchBox}
                aria-label="Search projects"
                placeholder="Search"
                leftSection={<IconSearch />}
                w={200}
                value={search}
                onChange={(event) => setSearch(event.currentTarget.value)}
              />
            )}
            {(projects.data?.length ?? 0) > 0 && create}
          </>
        }
      />
      <QueryView query={projects} skeleton={<CardsSkeleton />}>
        {(all) => {
          const shown = all.filter(
            (project) =>
              (workspace === null || project.workspace === workspace) &&
              project.name.toLowerCase().includes(search.trim().toLowerCase()),
          );
          if (all.length === 0) {
            return (
              <EmptyState icon={<IconImages size={34} />} title="No projects yet" action={create}>
                {mayCreate
                  ? "A project holds images, their classes and labels, and the models trained on them. Create one, then drop your images in."
                  : "Ask an engineer or admin of your workspace to create one."}
              </EmptyState>
            );
          }
          if (shown.length === 0) {
            return (
              <EmptyState
                title="No project matches"
                action={
                  <Button
                    variant="default"
                    onClick={() => {
                      setSearch("");
                      setWorkspace(null);
                    }}
                  >
                    Show all projects
                  </Button>
                }
              />
            );
          }
          return (
            <ul className={classes.grid} aria-label="Projects">
              {shown.map((project) => (
                <ProjectCard key={project.id} project={project} />
              ))}
            </ul>
          );
        }}
      </QueryView>
      {opened && <CreateProject onClose={close} />}
    </div>
  );
}

function ProjectCard({ project }: { project: Project }) {
  const { counts, cover } = project;
  const share = counts.assets === 0 ? 0 : counts.annotated / counts.assets;
  return (
    <li className={classes.card}>
      <Cover assets={cover} />
      <div className={classes.text}>
        <Link to={`/projects/${project.id}`} className={classes.name}>
          {project.name}
        </Link>
        <p className={classes.description}>{project.description !== "" ? project.description : `${project.task} segmentation`}</p>
        <div className={classes.bar} role="img" aria-label={`${Math.round(share * 100)} % annotated`}>
          <span style={{ width: `${share * 100}%` }} />
        </div>
        <p className={classes.counts}>
          <span>{count(counts.assets, "image")}</span>
          <span>{count(counts.annotated, "annotated", "annotated")}</span>
          <span>{count(counts.classes, "class", "classes")}</span>
        </p>
      </div>
    </li>
  );
}

function Cover({ assets }: { assets: string[] }) {
  if (assets.length === 0) {
    return (
      <div className={classes.cover} data-empty>
        <IconImages size={28} />
      </div>
    );
  }
  return (
    <div className={classes.cover} data-count={Math.min(4, assets.length)}>
      {assets.slice(0, 4).map((id) => (
        <img key={id} src={`/api/v1/assets/${id}/thumbnail?size=320`} alt="" loading="lazy" decoding="async" />
      ))}
    </div>
  );
}

function CardsSkeleton() {
  return (
    <div className={classes.grid} aria-busy="true" aria-label="Loading">
      {Array.from({ length: 4 }, (_, index) => (
        <Skeleton key={index} height={258} radius="md" />
      ))}
    </div>
  );
}
