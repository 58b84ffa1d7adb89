import { Alert, Button, Group } from "@mantine/core";
import type { Workflow } from "@/api/types";
import { Ago } from "@/components/Ago";
import { IconInfo } from "@/components/icons";
import type { useWorkflowForm } from "./useWorkflowForm";

interface Props {
  workflow: Workflow | null;
  state: ReturnType<typeof useWorkflowForm>;
}

/** What happened while nobody looked: a draft that was kept, a version that somebody else saved. */
export function Notices({ workflow, state: { base, kept, dirty, discard, dismissKept, settle } }: Props) {
  const older = kept !== null && kept.version !== null && workflow !== null && kept.version < workflow.version;
  const newer = workflow !== null && base.version !== null && workflow.version > base.version;
  return (
    <>
      {kept !== null && dirty && (
        <Alert icon={<IconInfo />} role="status" py={8}>
          <Group gap="sm">
            <span>
              <b>Here is what you had not saved,</b> from <Ago time={kept.at} />
              {older && `, on top of version ${kept.version}; version ${workflow.version} is newer`}.
            </span>
            <Button size="compact-xs" variant="default" onClick={discard}>
              Start over
            </Button>
            <Button size="compact-xs" variant="default" onClick={dismissKept}>
              Go on
            </Button>
          </Group>
        </Alert>
      )}
      {newer && (
        <Alert icon={<IconInfo />} color="orange" role="status" py={8}>
          <Group gap="sm">
            <span>
              <b>Version {workflow.version} was saved meanwhile.</b>
            </span>
            <Button size="compact-xs" variant="default" onClick={() => settle(workflow)}>
              {dirty ? "Load it and drop my changes" : "Load it"}
            </Button>
          </Group>
        </Alert>
      )}
    </>
  );
}
