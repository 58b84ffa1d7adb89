import { Badge, Button, Group, Modal, Stack, Switch, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { formErrors } from "@/api/problem";
import type { Deployment, DeploymentVersion } from "@/api/types";
import { Ago } from "@/components/Ago";
import { ConfirmButton } from "@/components/ConfirmButton";
import { type Column, DataTable } from "@/components/DataTable";
import { notifyDone } from "@/components/notify";
import { Panel } from "@/components/Panel";
import { ProblemAlert } from "@/components/ProblemAlert";
import { QueryView, RowsSkeleton } from "@/components/QueryView";
import { useArtifacts } from "@/features/artifacts/api/artifacts";
import { useArtifactTitles } from "@/features/artifacts/api/titles";
import { quantizationTitle } from "@/features/artifacts/model/exports";
import { type Settings, useDeploymentAction, useVersions } from "../../api/deployments";
import { refusals } from "../../model/gates";
import { LIMITS, limitsText } from "../../model/settings";
import { GateRefusal } from "../GateRefusal";
import { SettingsFields } from "../SettingsFields";

/** What the chosen version is doing, by the state of its deployment. */
const CURRENT: Record<string, string> = { ready: "serving" };

export function Versions({ deployment }: { deployment: Deployment }) {
  const title = useArtifactTitles(deployment.project);
  const versions = useVersions(deployment.id);
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <Panel
      title="Versions"
      flush
      actions={
        <Button size="compact-xs" variant="default" onClick={open}>
          New version
        </Button>
      }
    >
      <QueryView query={versions} skeleton={<RowsSkeleton rows={3} />}>
        {(list) => <DataTable label="Versions" columns={columns(deployment, title)} rows={list} keyOf={({ id }) => id} />}
      </QueryView>
      {opened && <NewVersion deployment={deployment} onClose={close} />}
    </Panel>
  );
}

const columns = (deployment: Deployment, title: (artifact: DeploymentVersion["artifact"]) => string): Column<DeploymentVersion>[] => [
  {
    title: "Version",
    width: 150,
    cell: ({ version }) => (
      <b>
        v{version}
        <Roles deployment={deployment} version={version} />
      </b>
    ),
  },
  {
    title: "Model",
    cell: (version) => (
      <>
        {title(version.artifact)}
        <Text size="xs" c="dimmed">
          {settingsText(version)}
        </Text>
      </>
    ),
  },
  { title: "Made", dimmed: true, cell: ({ created_at }) => <Ago time={created_at} /> },
  { title: "", align: "right", cell: ({ version }) => <Turn deployment={deployment} version={version} /> },
];

function settingsText({ runtime, device, quantization, replicas, ...rest }: DeploymentVersion): string {
  const parts = [
    `${runtime} on ${device}`,
    quantization === "none" || quantization === "" ? "" : quantizationTitle(quantization),
    rest.export === null ? "" : "measured export",
    replicas > 1 ? `${replicas} replicas` : "",
    limitsText(rest),
  ];
  return parts.filter((part) => part !== "").join(", ");
}

/** The button that makes a version the current one; at the current one what it is doing. */
function Turn({ deployment, version }: { deployment: Deployment; version: number }) {
  const action = useDeploymentAction(deployment.id);
  if (version === deployment.version) {
    return (
      <Badge variant="light" tt="none">
        {CURRENT[deployment.status] ?? deployment.status}
      </Badge>
    );
  }
  const verb = version < deployment.version ? "Roll back" : "Switch";
  return (
    <ConfirmButton
      title={`${verb} from v${deployment.version} to v${version}?`}
      confirm={`Serve v${version}`}
      color="tile"
      onConfirm={() => action.mutateAsync({ rollback: version })}
      trigger={(ask) => (
        <Button size="compact-xs" variant="default" aria-label={`${verb} to v${version}`} onClick={ask}>
          {verb}
        </Button>
      )}
    >
      {deployment.status === "ready"
        ? `v${deployment.version} answers until v${version} is loaded; the endpoint stays the same.`
        : `v${version} is loaded instead of v${deployment.version}; the endpoint stays the same.`}
    </ConfirmButton>
  );
}

/** What a version does beside the current one. */
function Roles({ deployment, version }: { deployment: Deployment; version: number }) {
  const roles = [
    { name: "canary", share: deployment.canary },
    { name: "shadow", share: deployment.shadow },
  ].filter(({ share }) => share?.version === version);
  return roles.map(({ name, share }) => (
    <Badge key={name} size="xs" variant="light" color={name === "canary" ? "orange" : "gray"} tt="none" ml={6}>
      {name} {share?.percent} %
    </Badge>
  ));
}

function NewVersion({ deployment, onClose }: { deployment: Deployment; onClose: () => void }) {
  const artifacts = useArtifacts(deployment.project);
  const action = useDeploymentAction(deployment.id);
  const { device, runtime, quantization, replicas, artifact } = deployment;
  const limits = Object.fromEntries(LIMITS.map(({ name }) => [name, deployment[name]])) as Pick<Settings, (typeof LIMITS)[number]["name"]>;
  const initialValues: Settings = { ...limits, artifact: artifact.id, export: deployment.export, device, runtime, quantization: quantization || "none", replicas };
  const form = useForm({ initialValues });
  const [serve, setServe] = useState(true);
  // Of this artifact alone: another one that is chosen has to be asked about anew.
  const [overridden, setOverridden] = useState<string | null>(null);
  const refused = refusals(action.error).length > 0;
  const submit = form.onSubmit((values) =>
    action.mutate(
      { version: { ...values, serve, ...(overridden === values.artifact ? { override_gates: true } : {}) } },
      {
        onSuccess: () => {
          notifyDone(serve ? "The new version is being loaded; the old one answers until then" : "The new version is kept: give it a share as canary or shadow");
          onClose();
        },
        onError: (error) => form.setErrors(formErrors(error)),
      },
    ),
  );
  return (
    <Modal opened onClose={onClose} title={`New version of “${deployment.name}”`}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <SettingsFields form={form} projectId={deployment.project} artifacts={artifacts.data ?? []} />
          <Switch
            size="sm"
            label="Serve it at once"
            description="Otherwise it is only kept, to be tried as canary or shadow first."
            checked={serve}
            onChange={(event) => setServe(event.currentTarget.checked)}
          />
          <GateRefusal error={action.error} projectId={deployment.project} artifact={form.values.artifact} overridden={overridden === form.values.artifact} onOverridden={(yes) => setOverridden(yes ? form.values.artifact : null)} />
          {!refused && <ProblemAlert error={action.error} known={Object.keys(form.values)} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={action.isPending}>
              {serve ? "Deploy version" : "Keep version"}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
