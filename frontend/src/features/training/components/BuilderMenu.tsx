import { ActionIcon, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { Workflow } from "@/api/types";
import { IconCopy, IconDownload, IconMore } from "@/components/icons";
import { workflowFile } from "../api/workflows";
import { DuplicateDialog } from "./DuplicateDialog";

/** Copies and files of a saved workflow. */
export function BuilderMenu({ workflow }: { workflow: Workflow }) {
  const [duplicating, dialog] = useDisclosure(false);
  return (
    <>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={34} aria-label={`More about ${workflow.name}`}>
            <IconMore size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconCopy />} onClick={dialog.open}>
            Duplicate
          </Menu.Item>
          <Menu.Item leftSection={<IconDownload />} component="a" href={workflowFile(workflow.id, "yaml")} download>
            Export as YAML
          </Menu.Item>
          <Menu.Item leftSection={<IconDownload />} component="a" href={workflowFile(workflow.id, "json")} download>
            Export as JSON
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {duplicating && <DuplicateDialog workflow={workflow} onClose={dialog.close} />}
    </>
  );
}
