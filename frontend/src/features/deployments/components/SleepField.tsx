import { NumberInput, Switch } from "@mantine/core";

const MINUTES = 15;

interface Props {
  value: number | null;
  onChange: (minutes: number | null) => void;
  error?: React.ReactNode;
}

/** Whether a model that nobody asks leaves the memory, and after how long. */
export function SleepField({ value, onChange, error }: Props) {
  return (
    <div>
      <Switch
        size="sm"
        label="Scale to zero"
        description="Without requests the model leaves the memory; the next one wakes it and waits until it is loaded."
        checked={value !== null}
        onChange={(event) => onChange(event.currentTarget.checked ? MINUTES : null)}
      />
      {value !== null && (
        <NumberInput
          size="xs"
          mt="xs"
          maw={220}
          label="Without requests for"
          suffix={value === 1 ? " minute" : " minutes"}
          min={1}
          allowDecimal={false}
          value={value}
          onChange={(minutes) => onChange(minutes === "" ? MINUTES : Number(minutes))}
          error={error}
        />
      )}
    </div>
  );
}
