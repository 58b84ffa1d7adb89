import { Badge, Button, Group, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ApiKey } from "@/api/types";
import { Ago } from "@/components/Ago";
import { ConfirmButton } from "@/components/ConfirmButton";
import { EmptyState } from "@/components/EmptyState";
import { IconKey, IconPlus } from "@/components/icons";
import { PageHeader } from "@/components/PageHeader";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { useShortcut } from "@/components/shortcuts";
import { useKeys, useRevokeKey } from "../api/workspace";
import { CreateKey } from "./CreateKey";
import { WorkspacePage } from "./WorkspacePage";

export function KeysPage() {
  return <WorkspacePage>{(workspace, picker) => <Keys key={workspace.id} workspace={workspace.id} picker={picker} />}</WorkspacePage>;
}

function Keys({ workspace, picker }: { workspace: string; picker: React.ReactNode }) {
  const keys = useKeys(workspace);
  const [opened, { open, close }] = useDisclosure(false);
  useShortcut("n", "New API key", open);
  const create = (
    <Button leftSection={<IconPlus />} onClick={open}>
      New API key
    </Button>
  );
  return (
    <>
      <PageHeader
        title="API keys"
        sub="For programs: send one as “Authorization: Bearer …”. A key can do what its scopes say, in this workspace only."
        actions={
          <>
            {picker}
            {(keys.data?.length ?? 0) > 0 && create}
          </>
        }
      />
      <QueryView query={keys}>
        {(list) => (
          <Panel flush>
            {list.length === 0 ? (
              <EmptyState icon={<IconKey size={34} />} title="No API keys yet" action={create}>
                Programs that upload, train or predict sign in with a key. Give each program its own.
              </EmptyState>
            ) : (
              <Table miw={700} aria-label="API keys">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Name</Table.Th>
                    <Table.Th>Key</Table.Th>
                    <Table.Th>Scopes</Table.Th>
                    <Table.Th>Created</Table.Th>
                    <Table.Th>Last used</Table.Th>
                    <Table.Th aria-label="Actions" />
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {list.map((key) => (
                    <Row key={key.id} apiKey={key} workspace={workspace} />
                  ))}
                </Table.Tbody>
              </Table>
            )}
          </Panel>
        )}
      </QueryView>
      {opened && <CreateKey workspace={workspace} onClose={close} />}
    </>
  );
}

function Row({ apiKey, workspace }: { apiKey: ApiKey; workspace: string }) {
  const revoke = useRevokeKey(workspace);
  const { id, name, prefix, scopes, created_at, last_used_at, revoked_at } = apiKey;
  return (
    <Table.Tr style={revoked_at === null ? undefined : { opacity: 0.55 }}>
      <Table.Td fw={600}>{name}</Table.Td>
      <Table.Td>
        <code>{prefix}…</code>
      </Table.Td>
      <Table.Td>
        <Group gap={4}>
          {scopes.map((scope) => (
            <Badge key={scope} size="sm" variant="light" color={scope === "admin" ? "orange" : "tile"} tt="none">
              {scope}
            </Badge>
          ))}
        </Group>
      </Table.Td>
      <Table.Td c="dimmed">
        <Ago time={created_at} />
      </Table.Td>
      <Table.Td c="dimmed">{last_used_at === null ? "never" : <Ago time={last_used_at} />}</Table.Td>
      <Table.Td ta="right">
        {revoked_at === null ? (
          <ConfirmButton
            title={`Revoke “${name}”?`}
            confirm="Revoke key"
            onConfirm={() => revoke.mutateAsync(id)}
            trigger={(open) => (
              <Button size="compact-xs" variant="default" aria-label={`Revoke ${name}`} onClick={open}>
                Revoke
              </Button>
            )}
          >
            Programs that use it are refused from now on. This cannot be undone.
          </ConfirmButton>
        ) : (
          <Text size="xs" c="dimmed">
            revoked
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
