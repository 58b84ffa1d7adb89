import { ActionIcon, Text, UnstyledButton } from "@mantine/core";
import type { Augmentation } from "@/api/types";
import { IconChevronRight, IconClose, IconDrag } from "@/components/icons";
import { errorAt } from "../model/errors";
import { same } from "../model/fields";
import type { Step, Values } from "../model/form";
import { parameterTitle, title, valueText } from "../model/wording";
import classes from "./Augmentations.module.css";
import { SliderInput } from "./SliderInput";

interface Props {
  step: Step;
  index: number;
  entry: Augmentation | undefined;
  /** The architecture's own values of it, where it is one of its defaults. */
  fallback: Values | undefined;
  errors: Record<string, string>;
  open: boolean;
  dragged: boolean;
  onToggle: () => void;
  onChange: (values: Values) => void;
  onRemove: () => void;
  onMove: (by: -1 | 1) => void;
  onDrag: () => void;
}

export function AugmentationRow({ step, index, entry, fallback, errors, open, dragged, onToggle, onChange, onRemove, onMove, onDrag }: Props) {
  const name = entry?.title ?? title(step.name);
  const path = `augmentations.${index}`;
  const error = errorAt(errors, path);
  const shown = open || error !== undefined;
  const parameters = entry?.parameters ?? [];
  const changed = parameters.some((one) => !same(step.values[one.name], fallback?.[one.name] ?? one.default));
  return (
    <li className={classes.row} data-step={step.key} data-dragged={dragged || undefined} data-wrong={error !== undefined || undefined} data-changed={changed || undefined}>
      <div className={classes.head}>
        <button
          type="button"
          data-handle=""
          className={classes.handle}
          aria-label={`Move ${name}, place ${index + 1}`}
          title="Drag, or use the arrow keys"
          onPointerDown={(event) => {
            if (event.button !== 0) return;
            // Nothing is selected on the way.
            event.preventDefault();
            event.currentTarget.focus();
            onDrag();
          }}
          onKeyDown={(event) => {
            if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
            event.preventDefault();
            onMove(event.key === "ArrowUp" ? -1 : 1);
          }}
        >
          <IconDrag size={15} />
        </button>
        <UnstyledButton className={classes.toggle} aria-expanded={shown} onClick={onToggle}>
          <IconChevronRight size={12} />
          <span>
            <b>{name}</b>
            <small>{shown ? entry?.help : summary(step.values)}</small>
          </span>
        </UnstyledButton>
        <ActionIcon variant="subtle" color="gray" size={26} aria-label={`Remove ${name}`} onClick={onRemove}>
          <IconClose size={14} />
        </ActionIcon>
      </div>
      {shown && (
        <div className={classes.values}>
          {parameters.map((parameter) => (
            <SliderInput
              key={parameter.name}
              path={`${path}.${parameter.name}`}
              name={`${name}, ${parameterTitle(parameter).toLowerCase()}`}
              parameter={parameter}
              fallback={fallback?.[parameter.name] ?? parameter.default}
              value={step.values[parameter.name]}
              onChange={(value) => onChange({ ...step.values, [parameter.name]: value })}
              error={errorAt(errors, `${path}.${parameter.name}`)}
            />
          ))}
          {(errors[path] ?? errors[`${path}.name`]) !== undefined && (
            <Text size="xs" c="red">
              {errors[path] ?? errors[`${path}.name`]}
            </Text>
          )}
        </div>
      )}
    </li>
  );
}

/** The values in one line: "always · sigma 0.1 to 2". */
function summary(values: Values): string {
  return Object.entries(values)
    .map(([name, value]) => {
      if (name !== "p") return `${title(name).toLowerCase()} ${valueText(value)}`;
      return value === 1 ? "always" : typeof value === "number" ? `${Math.round(value * 100)} % of images` : "";
    })
    .filter((part) => part !== "")
    .join(" · ");
}
