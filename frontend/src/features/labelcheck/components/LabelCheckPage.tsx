import { ActionIcon, Button, Select, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useSearchParams } from "react-router";
import { isActive } from "@/api/jobs";
import { ConfirmButton } from "@/components/ConfirmButton";
import { EmptyState } from "@/components/EmptyState";
import { count, dateTime } from "@/components/format";
import { IconPlus, IconTrash, IconWand } from "@/components/icons";
import { notifyDone } from "@/components/notify";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useProjectId } from "@/components/route";
import { useShortcut } from "@/components/shortcuts";
import { useProject } from "@/features/projects/api/projects";
import { useSession } from "@/features/session/api/session";
import { mayBuild, mayReview, roleIn } from "@/features/session/model/access";
import { useSnapshotName } from "@/features/snapshots/api/snapshots";
import { type LabelCheck, useDeleteCheck, useLabelChecks } from "../api/labelcheck";
import { CheckProgress } from "./CheckProgress";
import { Findings } from "./Findings";
import { StartForm } from "./StartForm";

const SUB = "Models that never saw an image say where they are sure that its labels are wrong.";

/** Checks of a project's labels: started here, followed while they run, gone through when they are done. */
export function LabelCheckPage() {
  const projectId = useProjectId();
  const project = useProject(projectId);
  const session = useSession();
  const role = roleIn(session.data, project.data?.workspace);
  const checks = useLabelChecks(projectId);
  const snapshotName = useSnapshotName(projectId);
  const [search, setSearch] = useSearchParams();
  const [asks, { open, close }] = useDisclosure(false);
  const builds = mayBuild(role);
  const check = checks.data?.find(({ id }) => id === search.get("check")) ?? checks.data?.[0];
  useShortcut("n", "New check", () => builds && open(), "Label check");
  const newCheck = builds && (
    <Button leftSection={<IconPlus />} onClick={open}>
      New check
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Label check"
        sub={SUB}
        actions={
          check && (
            <>
              {checks.data && checks.data.length > 1 && (
                <Select
                  aria-label="Check"
                  size="sm"
                  w={260}
                  data={checks.data.map((each) => ({ value: each.id, label: nameOf(each, snapshotName(each.snapshot)) }))}
                  value={check.id}
                  onChange={(id) => id !== null && setSearch({ check: id })}
                  allowDeselect={false}
                />
              )}
              {builds && <DeleteCheck projectId={projectId} check={check} onDeleted={() => setSearch({})} />}
              {newCheck}
            </>
          )
        }
      />
      <QueryView query={checks}>
        {() =>
          check === undefined ? (
            <Panel flush>
              <EmptyState icon={<IconWand size={34} />} title="No check yet" action={newCheck}>
                A check finds objects that nobody drew, wrong classes, loose outlines and shapes where nothing is. What you
                accept becomes a proposal in the annotator; nothing is changed by itself.
              </EmptyState>
            </Panel>
          ) : check.status === "succeeded" ? (
            <Findings key={check.id} projectId={projectId} check={check} decides={mayReview(role) || role === "annotator"} />
          ) : (
            <CheckProgress check={check} {...(builds ? { onAgain: open } : {})} />
          )
        }
      </QueryView>
      {asks && (
        <StartForm
          projectId={projectId}
          onClose={close}
          onStarted={() => {
            close();
            setSearch({});
          }}
        />
      )}
    </>
  );
}

function nameOf({ artifact, folds, created_at }: LabelCheck, snapshot: string): string {
  return `${dateTime(created_at)} · ${snapshot}${artifact ? "" : `, ${count(folds ?? 0, "fold")}`}`;
}

function DeleteCheck({ projectId, check, onDeleted }: { projectId: string; check: LabelCheck; onDeleted: () => void }) {
  const remove = useDeleteCheck(projectId);
  return (
    <ConfirmButton
      title="Delete this check?"
      confirm="Delete"
      onConfirm={async () => {
        await remove.mutateAsync(check.id);
        onDeleted();
        notifyDone("The check is deleted");
      }}
      trigger={(ask) => (
        <Tooltip label="Delete this check">
          <ActionIcon variant="default" size={36} aria-label="Delete this check" disabled={isActive(check)} onClick={ask}>
            <IconTrash />
          </ActionIcon>
        </Tooltip>
      )}
    >
      Its findings go with it, decided or not. Proposals that were accepted stay in the annotator.
    </ConfirmButton>
  );
}
