import { Radio } from "@mantine/core";
import { IconCheck } from "@/components/icons";
import classes from "./Exports.module.css";

export interface Choice {
  value: string;
  title: string;
  /** What it is; of what cannot be chosen, why not. */
  text: string;
  disabled: boolean;
}

interface Props {
  label: string;
  choices: readonly Choice[];
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
}

/** One of several, each with what has to be known before it is chosen. */
export function Choices({ label, choices, value, onChange, error }: Props) {
  return (
    <Radio.Group aria-label={label} value={value} onChange={onChange} error={error}>
      <div className={classes.choices}>
        {choices.map(({ value: one, title, text, disabled }) => (
          <Radio.Card key={one} value={one} disabled={disabled} className={classes.choice} data-disabled={disabled || undefined} aria-label={`${title}. ${text}`}>
            <strong>
              {title}
              {one === value && <IconCheck size={14} />}
            </strong>
            <small>{text}</small>
          </Radio.Card>
        ))}
      </div>
    </Radio.Group>
  );
}
