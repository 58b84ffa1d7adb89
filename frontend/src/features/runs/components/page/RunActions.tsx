import { ActionIcon, Button, Menu } from "@mantine/core";
import { Link, useNavigate } from "react-router";
import type { Run } from "@/api/types";
import { ConfirmButton } from "@/components/ConfirmButton";
import { IconCompare, IconDownload, IconMore, IconPlay, IconRefresh, IconStop, IconSweep, IconTrash } from "@/components/icons";
import { notifyProblem } from "@/components/notify";
import { deleteRun, metricsCsvUrl, tensorboardUrl, useCancelRun, useResumeRun } from "../../api/runs";
import { isRunning } from "../../model/stages";

/** What can be done with a run: the one thing it needs now as a button, the rest in a menu. */
export function RunActions({ run }: { run: Run }) {
  const cancel = useCancelRun(run.id);
  const resume = useResumeRun(run.id);
  const active = isRunning(run.status);
  return (
    <>
      {active && (
        <ConfirmButton
          title="Cancel this run?"
          confirm="Cancel run"
          dismiss="Keep running"
          onConfirm={() => cancel.mutateAsync()}
          trigger={(open) => (
            <Button variant="default" leftSection={<IconStop />} onClick={open}>
              Cancel run
            </Button>
          )}
        >
          It stops at once. Checkpoints kept so far stay, and the run can be resumed from the last one.
        </ConfirmButton>
      )}
      {run.status === "cancelled" && (
        <Button
          leftSection={<IconPlay />}
          loading={resume.isPending}
          onClick={() => resume.mutate(undefined, { onError: (error) => notifyProblem("Resuming", error) })}
        >
          Resume
        </Button>
      )}
      {!active && (
        <Button variant="default" leftSection={<IconRefresh />} component={Link} to={`/projects/${run.project}/training/${run.workflow.id}`}>
          Train again
        </Button>
      )}
      <MoreMenu run={run} active={active} />
    </>
  );
}

function MoreMenu({ run, active }: { run: Run; active: boolean }) {
  const navigate = useNavigate();
  return (
    <ConfirmButton
      title={`Delete “${run.name}”?`}
      confirm="Delete run"
      onConfirm={async () => {
        await deleteRun(run.id);
        await navigate(`/projects/${run.project}/runs`);
      }}
      trigger={(open) => (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="default" size={36} aria-label="More actions">
              <IconMore />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconCompare />} component={Link} to={`/projects/${run.project}/runs/compare?ids=${run.id}`}>
              Compare with others
            </Menu.Item>
            <Menu.Item leftSection={<IconSweep />} component={Link} to={`/projects/${run.project}/runs/sweeps/new?workflow=${run.workflow.id}`}>
              Vary its workflow in a sweep
            </Menu.Item>
            <Menu.Item leftSection={<IconDownload />} component="a" href={metricsCsvUrl(run.id)} download>
              Metrics as CSV
            </Menu.Item>
            <Menu.Item leftSection={<IconDownload />} component="a" href={tensorboardUrl(run.id)} download>
              Metrics for TensorBoard
            </Menu.Item>
            {!active && (
              <>
                <Menu.Divider />
                <Menu.Item color="red" leftSection={<IconTrash />} onClick={open}>
                  Delete run
                </Menu.Item>
              </>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
    >
      Its curves, log and artifacts will be gone. Artifacts that are deployed have to be taken out of service first.
    </ConfirmButton>
  );
}
