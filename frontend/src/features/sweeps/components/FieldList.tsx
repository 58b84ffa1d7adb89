import { ActionIcon, Button, Group, MultiSelect, NumberInput, SegmentedControl, Select, TagsInput, Text } from "@mantine/core";
import type { SweepMethod } from "@/api/types";
import { IconClose, IconPlus } from "@/components/icons";
import { title, valueText } from "@/features/training/model/wording";
import { type Candidate, type FieldForm, suggest } from "../model/form";
import { pointsOf } from "../model/plan";
import classes from "./Sweep.module.css";

interface Props {
  candidates: readonly Candidate[];
  fields: readonly FieldForm[];
  method: SweepMethod;
  problems: ReadonlyMap<string, string>;
  onChange: (fields: FieldForm[]) => void;
}

/** So many of the usual fields are one click away. */
const QUICK = 4;

/** The fields that vary, and the values each may take. */
export function FieldList({ candidates, fields, method, problems, onChange }: Props) {
  const left = candidates.filter(({ path }) => !fields.some((field) => field.path === path));
  const add = (path: string | null) => {
    const candidate = candidates.find((one) => one.path === path);
    if (candidate) onChange([...fields, suggest(candidate)]);
  };
  return (
    <div className={classes.fields}>
      {fields.map((field) => {
        const candidate = candidates.find(({ path }) => path === field.path);
        if (!candidate) return null;
        return (
          <Field
            key={field.path}
            candidate={candidate}
            field={field}
            method={method}
            problem={problems.get(field.path)}
            onChange={(change) => onChange(fields.map((one) => (one === field ? { ...one, ...change } : one)))}
            onRemove={() => onChange(fields.filter((one) => one !== field))}
          />
        );
      })}
      <Group gap={8}>
        <Select
          key={fields.length}
          size="xs"
          w={220}
          aria-label="Add a field"
          placeholder={fields.length === 0 ? "Choose a field to vary" : "Vary another field"}
          searchable
          data={left.map(({ path, label }) => ({ value: path, label }))}
          value={null}
          onChange={add}
        />
        {left.slice(0, QUICK).map(({ path, label }) => (
          <Button key={path} size="compact-sm" variant="default" leftSection={<IconPlus size={12} />} onClick={() => add(path)}>
            {label}
          </Button>
        ))}
      </Group>
    </div>
  );
}

interface FieldProps {
  candidate: Candidate;
  field: FieldForm;
  method: SweepMethod;
  problem: string | undefined;
  onChange: (change: Partial<FieldForm>) => void;
  onRemove: () => void;
}

function Field({ candidate, field, method, problem, onChange, onRemove }: FieldProps) {
  const { label, help, current, parameter } = candidate;
  const isNumber = parameter.type === "int" || parameter.type === "float";
  return (
    <fieldset className={classes.field}>
      <legend>{label}</legend>
      <Group justify="space-between" wrap="nowrap" gap="xs" mb={6}>
        <Text size="xs" c="dimmed">
          {help} {`The workflow has ${typeof current === "string" ? title(current) : valueText(current)}.`}
        </Text>
        <Group gap={6} wrap="nowrap">
          {isNumber && (
            <SegmentedControl
              size="xs"
              aria-label={`How ${label} varies`}
              value={field.kind}
              onChange={(kind) => onChange({ kind: kind as FieldForm["kind"] })}
              data={[
                { value: "values", label: "Values" },
                { value: "range", label: "Range" },
              ]}
            />
          )}
          <ActionIcon variant="subtle" color="gray" aria-label={`Do not vary ${label}`} onClick={onRemove}>
            <IconClose size={14} />
          </ActionIcon>
        </Group>
      </Group>
      {field.kind === "range" ? (
        <Range field={field} label={label} whole={parameter.type === "int"} method={method} problem={problem} onChange={onChange} />
      ) : isNumber ? (
        <TagsInput
          size="xs"
          aria-label={`Values of ${label}`}
          placeholder="A value, then Enter"
          value={field.values}
          onChange={(values) => onChange({ values })}
          splitChars={[",", " ", ";"]}
          error={problem}
        />
      ) : (
        <MultiSelect
          size="xs"
          aria-label={`Values of ${label}`}
          data={(parameter.type === "bool" ? ["true", "false"] : (parameter.choices ?? []).map(String)).map((value) => ({
            value,
            label: value === "true" ? "on" : value === "false" ? "off" : title(value),
          }))}
          value={field.values}
          onChange={(values) => onChange({ values })}
          error={problem}
        />
      )}
    </fieldset>
  );
}

interface RangeProps {
  field: FieldForm;
  label: string;
  whole: boolean;
  method: SweepMethod;
  problem: string | undefined;
  onChange: (change: Partial<FieldForm>) => void;
}

function Range({ field, label, whole, method, problem, onChange }: RangeProps) {
  const number = (value: number | string) => (value === "" ? "" : Number(value));
  const points = pointsOf(field, whole);
  return (
    <>
      <Group gap={8} align="flex-end">
        <NumberInput
          size="xs"
          w={120}
          label="From"
          aria-label={`${label} from`}
          allowDecimal={!whole}
          value={field.min}
          onChange={(min) => onChange({ min: number(min) })}
          error={problem !== undefined}
        />
        <NumberInput
          size="xs"
          w={120}
          label="To"
          aria-label={`${label} to`}
          allowDecimal={!whole}
          value={field.max}
          onChange={(max) => onChange({ max: number(max) })}
          error={problem !== undefined}
        />
        <SegmentedControl
          size="xs"
          aria-label={`Scale of ${label}`}
          value={field.scale}
          onChange={(scale) => onChange({ scale: scale as FieldForm["scale"] })}
          data={[
            { value: "linear", label: "Linear" },
            { value: "log", label: "Logarithmic" },
          ]}
        />
        {method === "grid" && (
          <NumberInput
            size="xs"
            w={84}
            label="Points"
            aria-label={`Points of ${label}`}
            min={1}
            max={50}
            value={field.points}
            onChange={(value) => onChange({ points: number(value) })}
          />
        )}
      </Group>
      {problem !== undefined && (
        <Text size="xs" c="red" mt={4} role="alert">
          {problem}
        </Text>
      )}
      {method === "grid" && points.length > 0 && (
        <Text size="xs" c="dimmed" mt={4}>
          {points.map((value) => valueText(value)).join(", ")}
        </Text>
      )}
    </>
  );
}
