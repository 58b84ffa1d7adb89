import { Badge, Group, Select, Text } from "@mantine/core";
import type { Format } from "@/api/types";
import classes from "./Transfer.module.css";

interface Props {
  label: string;
  formats: readonly Format[];
  value: string;
  onChange: (name: string) => void;
  error?: string | undefined;
}

export function FormatPicker({ label, formats, value, onChange, error }: Props) {
  const chosen = formats.find(({ name }) => name === value);
  const keeps = chosen?.keeps ?? "";
  const loses = chosen?.loses ?? "";
  return (
    <>
      <Select
        label={label}
        data={formats.map(({ name, title }) => ({ value: name, label: title }))}
        value={value}
        onChange={(name) => name !== null && onChange(name)}
        allowDeselect={false}
        searchable
        nothingFoundMessage="No format of that name"
        renderOption={({ option }) => (
          <Group justify="space-between" flex={1} wrap="nowrap">
            <Text size="sm">{option.label}</Text>
            {formats.find(({ name }) => name === option.value)?.lossless === true && <Lossless />}
          </Group>
        )}
        rightSectionWidth={chosen?.lossless === true ? 104 : undefined}
        rightSection={chosen?.lossless === true ? <Lossless /> : undefined}
        rightSectionPointerEvents="none"
        error={error}
      />
      {chosen && (keeps !== "" || loses !== "") && (
        <div className={classes.note}>
          {keeps !== "" && (
            <div>
              <b>Keeps</b> {keeps}
            </div>
          )}
          <div>
            <b>Loses</b> {loses !== "" ? loses : "nothing"}
          </div>
        </div>
      )}
    </>
  );
}

function Lossless() {
  return (
    <Badge size="xs" variant="light" color="teal" title="Exported and imported again, every shape is exactly as it was">
      Lossless
    </Badge>
  );
}
