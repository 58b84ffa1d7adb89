import { Select } from "@mantine/core";
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
