import { Badge, Button, Group, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ApiKey } from "@/api/types";
import { Ago } from "@/components/Ago";
import { ConfirmButton } from "@/components/ConfirmButton";
import { type Column, DataTable } from "@/components/DataTable";
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
              <DataTable
                label="API keys"
                columns={[...COLUMNS, { title: "", align: "right", cell: (key) => <Revoke apiKey={key} workspace={workspace} /> }]}
                rows={list}
                keyOf={({ id }) => id}
                faded={({ revoked_at }) => revoked_at !== null}
              />
            )}
          </Panel>
        )}
      </QueryView>
      {opened && <CreateKey workspace={workspace} onClose={close} />}
    </>
  );
}

const COLUMNS: Column<ApiKey>[] = [
  { title: "Name", cell: ({ name }) => <b>{name}</b> },
  { title: "Key", cell: ({ prefix }) => <code>{prefix}…</code> },
  {
    title: "Scopes",
    cell: ({ scopes }) => (
      <Group gap={4}>
        {scopes.map((scope) => (
          <Badge key={scope} size="sm" variant="light" color={scope === "admin" ? "orange" : "tile"} tt="none">
            {scope}
          </Badge>
        ))}
      </Group>
    ),
  },
  { title: "Created", dimmed: true, cell: ({ created_at }) => <Ago time={created_at} /> },
  {
    title: "Last used",
    dimmed: true,
    cell: ({ last_used_at }) => (last_used_at === null ? "never" : <Ago time={last_used_at} />),
  },
];

function Revoke({ apiKey, workspace }: { apiKey: ApiKey; workspace: string }) {
  const revoke = useRevokeKey(workspace);
  const { id, name, revoked_at } = apiKey;
  if (revoked_at !== null) {
    return (
      <Text size="xs" c="dimmed" span>
        revoked
      </Text>
    );
  }
  return (
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
  );
}
