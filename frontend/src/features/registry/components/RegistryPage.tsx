import { Button, Group, SegmentedControl, Select, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { EmptyState } from "@/components/EmptyState";
import { count } from "@/components/format";
import { IconArtifact, IconCheck, IconCompare } from "@/components/icons";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useProjectId } from "@/components/route";
import { useShortcut } from "@/components/shortcuts";
import { useProject } from "@/features/projects/api/projects";
import { useSession } from "@/features/session/api/session";
import { mayBuild, roleIn } from "@/features/session/model/access";
import { useSnapshots } from "@/features/snapshots/api/snapshots";
import { type Registry, useRegistry } from "../api/registry";
import { comparePath, type Judging, readJudged, SPLITS, writeJudged } from "../model/address";
import { EvaluateMissing } from "./EvaluateMissing";
import { GatesDrawer } from "./GatesDrawer";
import classes from "./Registry.module.css";
import { RegistryTable } from "./RegistryTable";

const MOST = 4;

/** Every checkpoint that was kept, judged on one split of one snapshot; roles, gates and reports. */
export function RegistryPage() {
  const projectId = useProjectId();
  const project = useProject(projectId);
  const session = useSession();
  const builds = mayBuild(roleIn(session.data, project.data?.workspace));
  const [search, setSearch] = useSearchParams();
  const judged = readJudged(search);
  const registry = useRegistry(projectId, judged);
  const [gates, { open, close }] = useDisclosure(search.has("gates"));
  const judge = (next: Judging) => setSearch(writeJudged(next), { replace: true });
  useShortcut("G", "Gates", open);
  return (
    <>
      <PageHeader
        title="Artifacts"
        sub="Every checkpoint that was kept, held against the others on the same images."
        actions={
          <Button variant="default" leftSection={<IconCheck />} onClick={open}>
            Gates
          </Button>
        }
      />
      <QueryView query={registry}>
        {(data) =>
          data.results.length === 0 ? (
            <Panel flush>
              <EmptyState
                icon={<IconArtifact size={34} />}
                title="No artifacts yet"
                action={
                  <Button component={Link} to={`/projects/${projectId}/training/new`}>
                    New training
                  </Button>
                }
              >
                Runs keep their best and latest checkpoints here, ready to be judged, exported and deployed.
              </EmptyState>
            </Panel>
          ) : (
            <Listed projectId={projectId} registry={data} judged={judged} onJudge={judge} builds={builds} />
          )
        }
      </QueryView>
      <GatesDrawer projectId={projectId} opened={gates} onClose={close} edits={builds} />
    </>
  );
}

interface ListedProps {
  projectId: string;
  registry: Registry;
  judged: Judging;
  onJudge: (judged: Judging) => void;
  builds: boolean;
}

function Listed({ projectId, registry, judged, onJudge, builds }: ListedProps) {
  const navigate = useNavigate();
  const snapshots = useSnapshots(projectId);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const rows = registry.results;
  const shown = { snapshot: registry.snapshot?.id ?? judged.snapshot, split: registry.split };
  const chosen = rows.filter(({ artifact }) => selected.has(artifact.id)).map(({ artifact }) => artifact.id);
  const canCompare = chosen.length >= 2 && chosen.length <= MOST;
  const compare = comparePath(projectId, chosen, shown);
  useShortcut("c", "Compare what is selected", () => canCompare && void navigate(compare));
  return (
    <>
      <div className={classes.bar}>
        <Select
          label="Judged on"
          size="xs"
          w={220}
          data={(snapshots.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={shown.snapshot ?? null}
          placeholder="The run's own snapshot"
          onChange={(snapshot) => snapshot !== null && onJudge({ ...judged, snapshot })}
          allowDeselect={false}
          searchable
        />
        <SegmentedControl size="xs" aria-label="Split" data={[...SPLITS]} value={shown.split} onChange={(split) => onJudge({ ...judged, split })} />
        {builds && <EvaluateMissing projectId={projectId} registry={registry} judged={shown} />}
        <Group gap="xs" ml="auto">
          <Text size="sm" c="dimmed" aria-live="polite">
            {chosen.length > MOST ? `At most ${MOST} can be compared` : chosen.length === 1 ? "Select another to compare" : ""}
          </Text>
          <Button size="xs" leftSection={<IconCompare size={15} />} disabled={!canCompare} onClick={() => void navigate(compare)}>
            {chosen.length >= 2 ? `Compare ${chosen.length}` : "Compare"}
          </Button>
        </Group>
      </div>
      <Panel flush>
        <RegistryTable projectId={projectId} registry={registry} selected={selected} onSelect={setSelected} builds={builds} />
      </Panel>
      <Text size="xs" c="dimmed" mt={8}>
        {count(rows.length, "artifact")}. A bar under a value is its 95 % interval, by drawing the images again a thousand times.
      </Text>
    </>
  );
}
