import { Button, Popover, Stack, TagsInput, Text } from "@mantine/core";
import { useState } from "react";
import type { Asset } from "@/api/types";
import { IconTag } from "@/components/icons";
import type { BulkChange } from "../model/bulk";

interface Props {
  assets: readonly Asset[];
  onChange: (change: Pick<BulkChange, "add_tags" | "remove_tags">) => void;
  loading: boolean;
}

const INSIDE = { size: "xs", clearable: true, placeholder: "Type and press Enter", comboboxProps: { withinPortal: false } } as const;

/** Adds tags to the selected images and takes others away; what is named in neither stays. */
export function TagsButton({ assets, onChange, loading }: Props) {
  const [opened, setOpened] = useState(false);
  const [added, setAdded] = useState<string[]>([]);
  const [removed, setRemoved] = useState<string[]>([]);
  const present = [...new Set(assets.flatMap(({ tags }) => tags))].sort();
  const both = added.filter((tag) => removed.includes(tag));
  const save = () => {
    onChange({ ...(added.length > 0 ? { add_tags: added } : {}), ...(removed.length > 0 ? { remove_tags: removed } : {}) });
    setOpened(false);
    setAdded([]);
    setRemoved([]);
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" width={290} trapFocus returnFocus shadow="md">
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<IconTag size={14} />} loading={loading} onClick={() => setOpened(!opened)}>
          Tags
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Tags of the selected images">
        <Stack gap="xs">
          <TagsInput {...INSIDE} label="Add" data={present} value={added} onChange={setAdded} data-autofocus />
          <TagsInput {...INSIDE} label="Remove" data={present} value={removed} onChange={setRemoved} />
          {both.length > 0 && (
            <Text size="xs" c="red" role="alert">
              “{both[0]}” cannot be added and removed at once.
            </Text>
          )}
          <Button size="xs" onClick={save} disabled={added.length + removed.length === 0 || both.length > 0}>
            Change the tags
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
