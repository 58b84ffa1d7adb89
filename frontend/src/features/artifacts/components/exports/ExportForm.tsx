import { Button, NumberInput, Select, Slider, Switch, Text } from "@mantine/core";
import { useState } from "react";
import { formErrors } from "@/api/problem";
import type { Artifact, ExportOptions } from "@/api/types";
import { notifyDone } from "@/components/notify";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useStartExport } from "../../api/exports";
import { BUDGET, draftText, type ExportDraft, firstDraft, inputOf, methodTitle, withFormat } from "../../model/exports";
import { type Choice, Choices } from "./Choices";
import classes from "./Exports.module.css";

const RUNTIMES: Record<string, string> = { torch: "PyTorch", onnxruntime: "ONNX Runtime", openvino: "OpenVINO" };
const HELP: Record<string, string> = {
  none: "As it was trained.",
  fp16: "Half the size.",
  bf16: "Quicker where the processor has it.",
  int8: "Calibrated on training images; smallest and quickest.",
  int8_weights: "Only the weights; a quarter of the size.",
};
const FIELDS = ["format", "quantization", "pruning", "pruning_method", "fine_tune_steps", "budget"];

/** What can be made of the model, and what of that is wanted. */
export function ExportForm({ artifact, options, onDone }: { artifact: Artifact; options: ExportOptions; onDone?: () => void }) {
  const [draft, setDraft] = useState(() => firstDraft(options));
  const start = useStartExport(artifact.id);
  const errors = formErrors(start.error);
  const change = (part: Partial<ExportDraft>) => {
    start.reset();
    setDraft({ ...draft, ...part });
  };
  const format = options.formats.find((one) => one.format === draft.format);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        start.mutate(inputOf(draft), {
          onSuccess: () => {
            notifyDone("The export is being made; it is judged and tried before it is offered");
            onDone?.();
          },
        });
      }}
    >
      <div className={classes.part}>
        <h3>Format</h3>
        <Choices
          label="Format"
          value={draft.format}
          onChange={(value) => change(withFormat(options, draft, value))}
          choices={options.formats.map(formatChoice)}
          error={errors["format"]}
        />
      </div>
      <div className={classes.part}>
        <h3>Quantisation</h3>
        <Choices
          label="Quantisation"
          value={draft.quantization}
          onChange={(quantization) => change({ quantization })}
          choices={(format?.quantizations ?? []).map(({ name, title, available, reason }) => ({
            value: name,
            title,
            text: available ? (HELP[name] ?? "") : (reason ?? "Not possible with this format."),
            disabled: !available,
          }))}
          error={errors["quantization"]}
        />
      </div>
      <div className={classes.split}>
        <Pruning draft={draft} options={options} errors={errors} onChange={change} />
        {draft.quantization === "int8" && <Budget draft={draft} error={errors["budget"]} onChange={change} />}
      </div>
      <ProblemAlert error={start.error} doing="Exporting" known={FIELDS} />
      <div className={classes.submit}>
        <Button type="submit" loading={start.isPending} disabled={format?.available !== true}>
          Export model
        </Button>
        <Text size="sm" c="dimmed" component="output">
          {draftText(draft)}
        </Text>
      </div>
    </form>
  );
}

function formatChoice({ format, title, available, reason, runtime, dynamic_size, needs }: ExportOptions["formats"][number]): Choice {
  const parts = [
    runtime === null ? "For download" : `Deploys with ${RUNTIMES[runtime] ?? runtime}`,
    dynamic_size ? "images of any size" : "",
    needs === null ? "" : "its converter is installed first",
  ].filter((part) => part !== "");
  return { value: format, title, text: available ? `${parts.join("; ")}.` : (reason ?? "Not possible for this architecture."), disabled: !available };
}

interface PartProps {
  draft: ExportDraft;
  onChange: (part: Partial<ExportDraft>) => void;
}

function Pruning({ draft, options, errors, onChange }: PartProps & { options: ExportOptions; errors: Record<string, string> }) {
  const { available, reason, methods } = options.pruning;
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        Pruning: {draft.pruning === 0 ? "none" : `${Math.round(draft.pruning * 100)} % smaller`}
      </Text>
      <Slider
        size="sm"
        mx={8}
        mb={22}
        min={0}
        max={0.9}
        step={0.05}
        marks={[0, 0.3, 0.6, 0.9].map((value) => ({ value, label: `${Math.round(value * 100)} %` }))}
        label={null}
        thumbLabel="Pruning"
        disabled={!available}
        value={draft.pruning}
        onChange={(pruning) => onChange({ pruning })}
      />
      <Text size="xs" c={errors["pruning"] === undefined ? "dimmed" : "red"} pt={4}>
        {errors["pruning"] ??
          (available ? "Takes the least important parts out, then trains the smaller model on with this one as its teacher." : (reason ?? "This architecture cannot be pruned."))}
      </Text>
      {draft.pruning > 0 && (
        <div className={classes.tuning}>
          <Select
            size="xs"
            label="What is taken out"
            data={methods.map((value) => ({ value, label: methodTitle(value) }))}
            value={draft.method}
            onChange={(method) => method !== null && onChange({ method })}
            allowDeselect={false}
            error={errors["pruning_method"]}
          />
          <NumberInput
            size="xs"
            label="Fine-tuning steps"
            placeholder="automatic"
            min={1}
            allowDecimal={false}
            value={draft.steps ?? ""}
            onChange={(value) => onChange({ steps: value === "" ? null : Number(value) })}
            error={errors["fine_tune_steps"]}
          />
        </div>
      )}
    </div>
  );
}

function Budget({ draft, error, onChange }: PartProps & { error: string | undefined }) {
  return (
    <div>
      <Switch
        size="sm"
        label="Keep to an accuracy budget"
        description="Layers stay in float until the export loses no more than this on the validation images."
        checked={draft.budget !== null}
        onChange={(event) => onChange({ budget: event.currentTarget.checked ? BUDGET : null })}
      />
      {draft.budget !== null && (
        <NumberInput
          size="xs"
          mt="sm"
          maw={240}
          label="Lose at most"
          suffix=" points"
          decimalScale={2}
          min={0}
          max={100}
          step={0.1}
          value={draft.budget}
          onChange={(value) => onChange({ budget: value === "" ? BUDGET : Number(value) })}
          error={error}
        />
      )}
    </div>
  );
}
