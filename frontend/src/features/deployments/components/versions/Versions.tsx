import { Badge, Button, Group, Modal, Stack, Switch, Table, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { formErrors } from "@/api/problem";
import type { Deployment } from "@/api/types";
import { Ago } from "@/components/Ago";
import { ConfirmButton } from "@/components/ConfirmButton";
import { notifyDone } from "@/components/notify";
import { Panel } from "@/components/Panel";
import { ProblemAlert } from "@/components/ProblemAlert";
import { QueryView, RowsSkeleton } from "@/components/QueryView";
import { useArtifacts } from "@/features/artifacts/api/artifacts";
import { useArtifactTitles } from "@/features/artifacts/api/titles";
import { quantizationTitle } from "@/features/artifacts/model/exports";
import { type Settings, useDeploymentAction, useVersions } from "../../api/deployments";
import { LIMITS, limitsText } from "../../model/settings";
import { SettingsFields } from "../SettingsFields";

/** What the chosen version is doing, by the state of its deployment. */
const CURRENT: Record<string, string> = { ready: "serving" };

export function Versions({ deployment }: { deployment: Deployment }) {
  const title = useArtifactTitles(deployment.project);
  const versions = useVersions(deployment.id);
  const action = useDeploymentAction(deployment.id);
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
        {(list) => (
          <Table miw={440} aria-label="Versions">
            <Table.Tbody>
              {list.map(({ id, version, artifact, runtime, device, quantization, replicas, created_at, ...rest }) => (
                <Table.Tr key={id}>
                  <Table.Td fw={600}>
                    v{version}
                    <Roles deployment={deployment} version={version} />
                  </Table.Td>
                  <Table.Td>
                    {title(artifact)}
                    <Text size="xs" c="dimmed">
                      {[
                        `${runtime} on ${device}`,
                        quantization === "none" || quantization === "" ? "" : quantizationTitle(quantization),
                        rest.export === null ? "" : "measured export",
                        replicas > 1 ? `${replicas} replicas` : "",
                        limitsText(rest),
                      ]
                        .filter((part) => part !== "")
                        .join(", ")}
                    </Text>
                  </Table.Td>
                  <Table.Td c="dimmed">
                    <Ago time={created_at} />
                  </Table.Td>
                  <Table.Td ta="right">
                    {version === deployment.version ? (
                      <Badge variant="light" tt="none">
                        {CURRENT[deployment.status] ?? deployment.status}
                      </Badge>
                    ) : (
                      <ConfirmButton
                        title={`${version < deployment.version ? "Roll back" : "Switch"} from v${deployment.version} to v${version}?`}
                        confirm={`Serve v${version}`}
                        color="tile"
                        onConfirm={() => action.mutateAsync({ rollback: version })}
                        trigger={(ask) => (
                          <Button size="compact-xs" variant="default" aria-label={`${version < deployment.version ? "Roll back" : "Switch"} to v${version}`} onClick={ask}>
                            {version < deployment.version ? "Roll back" : "Switch"}
                          </Button>
                        )}
                      >
                        {deployment.status === "ready"
                          ? `v${deployment.version} answers until v${version} is loaded; the endpoint stays the same.`
                          : `v${version} is loaded instead of v${deployment.version}; the endpoint stays the same.`}
                      </ConfirmButton>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </QueryView>
      {opened && <NewVersion deployment={deployment} onClose={close} />}
    </Panel>
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
  const submit = form.onSubmit((values) =>
    action.mutate(
      { version: { ...values, serve } },
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
          <ProblemAlert error={action.error} known={Object.keys(form.values)} />
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
