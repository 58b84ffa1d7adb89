import { Button, Checkbox, Group, Modal, Radio, Select, Stack, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { count } from "@/components/format";
import { useFormats } from "@/features/transfer/api/transfer";
import { formatOfNames, zipNames } from "@/features/transfer/model/zipNames";
import { addUploads } from "../api/uploadQueue";
import type { Dropped } from "../model/dropped";
import { isLabels, type Purpose } from "../model/uploads";

interface Props {
  projectId: string;
  files: readonly Dropped[];
  onClose: () => void;
}

/** ZIPs hold pictures, or labels of some format: only whoever sends them knows. */
export function SendDialog({ projectId, files, onClose }: Props) {
  const labels = files.some(({ path }) => isLabels(path));
  const [kind, setKind] = useState<Purpose["kind"]>(labels ? "import" : "assets");
  const [format, setFormat] = useState<string | null>("coco");
  const [createClasses, setCreateClasses] = useState(true);
  const formats = useFormats();
  const importable = (formats.data ?? []).filter((each) => each.import);
  const keeps = importable.find(({ name }) => name === format);
  // A look at the names in the first ZIP says most often what it is; the choice stays the sender's.
  const first = files[0]?.file;
  useEffect(() => {
    if (!first) return;
    void zipNames(first).then((names) => {
      const inside = formatOfNames(names);
      if (inside === null) return;
      setKind("import");
      setFormat(inside);
    });
  }, [first]);
  const send = () => {
    addUploads(projectId, files, kind === "import" ? { kind, format: format ?? "", createClasses } : { kind });
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title={`What is in ${files.length === 1 ? files[0]?.path : count(files.length, "file")}?`} size="md">
      <Stack gap="sm">
        <Radio.Group aria-label="What is in it" value={kind} onChange={(value) => setKind(value as Purpose["kind"])}>
          <Stack gap={8}>
            <Radio
              value="assets"
              label="Pictures or videos"
              description="Each becomes one of its own, with the folders in its name."
              disabled={labels}
              data-autofocus={!labels || undefined}
            />
            <Radio value="import" label="Labels, with or without their pictures" data-autofocus={labels || undefined} />
          </Stack>
        </Radio.Group>
        {kind === "import" && (
          <>
            <Select
              label="Format"
              data={importable.map(({ name, title }) => ({ value: name, label: title }))}
              value={format}
              onChange={setFormat}
              allowDeselect={false}
              searchable
            />
            {keeps && (
              <Text size="xs" c="dimmed">
                {keeps.keeps}
              </Text>
            )}
            <Checkbox
              label="Make classes that the project does not have"
              checked={createClasses}
              onChange={(event) => setCreateClasses(event.currentTarget.checked)}
            />
          </>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button onClick={send} disabled={kind === "import" && format === null}>
            {kind === "import" ? "Import" : "Upload"}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
