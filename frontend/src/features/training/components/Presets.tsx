import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import type { Preset } from "@/api/types";
import { count, integer } from "@/components/format";
import { notifyDone } from "@/components/notify";
import { ratioText, work } from "../model/cost";
import { changes, sizeText } from "../model/diff";
import { same } from "../model/fields";
import { type Draft, withPreset } from "../model/form";
import { weightsText } from "../model/wording";
import { useBuilder } from "./builder";
import { ChangesTable } from "./ChangesTable";
import classes from "./Model.module.css";

/** Ready-made settings of the architecture; one is looked at first, with all that it would change. */
export function Presets() {
  const { architectures, architecture, form, data, setSpec } = useBuilder();
  const presets = architecture.presets ?? [];
  const [open, setOpen] = useState<string | null>(null);
  const [undo, setUndo] = useState<{ name: string; before: Draft; after: Draft } | null>(null);
  const results = presets.map((preset) => ({ preset, draft: withPreset(architecture, form.spec, preset) }));
  const looked = results.find(({ preset }) => preset.name === open);
  const first = results[0];
  const unit = first ? work(architecture, first.draft, data?.train ?? null) : null;
  const cost = ({ preset, draft }: { preset: Preset; draft: Draft }) => {
    const own = work(architecture, draft, data?.train ?? null);
    if (own === null || unit === null || !first || preset === first.preset) return null;
    return `${ratioText(own, unit)} “${first.preset.title}”`;
  };
  const apply = () => {
    if (!looked) return;
    setUndo({ name: looked.preset.title, before: form.spec, after: looked.draft });
    setSpec(looked.draft);
    setOpen(null);
    notifyDone(`“${looked.preset.title}” applied`);
  };
  return (
    <>
      <div className={classes.presets}>
        {results.map((result) => {
          const { preset, draft } = result;
          const active = same(draft, form.spec);
          return (
            <button
              key={preset.name}
              type="button"
              className={classes.preset}
              aria-expanded={open === preset.name}
              data-checked={active || undefined}
              onClick={() => setOpen(open === preset.name ? null : preset.name)}
            >
              <b>
                {preset.title}
                {active && <em>in use</em>}
              </b>
              <span>{preset.help}</span>
              <small>{[length(draft), draft.variant, sizeText(draft.input_size), weightsText(draft.weights).toLowerCase()].join(" · ")}</small>
              {cost(result) !== null && <small>{cost(result)}</small>}
            </button>
          );
        })}
      </div>
      {looked && (
        <div className={classes.proposal}>
          <Proposal title={looked.preset.title} changes={changes(form.spec, looked.draft, architectures)} onApply={apply} onClose={() => setOpen(null)} />
        </div>
      )}
      {undo && !looked && same(undo.after, form.spec) && (
        <Button
          size="compact-xs"
          variant="default"
          mt="sm"
          onClick={() => {
            setSpec(undo.before);
            setUndo(null);
          }}
        >
          Undo “{undo.name}”
        </Button>
      )}
    </>
  );
}

interface ProposalProps {
  title: string;
  changes: ReturnType<typeof changes>;
  onApply: () => void;
  onClose: () => void;
}

function Proposal({ title, changes: list, onApply, onClose }: ProposalProps) {
  return (
    <>
      <Text size="sm" fw={600} mb={6}>
        {list.length === 0 ? `“${title}” is what you have.` : `“${title}” changes ${count(list.length, "field")}`}
      </Text>
      {list.length > 0 && <ChangesTable label={`Changes of “${title}”`} changes={list} before="Now" after={title} />}
      <Group gap="xs" mt="sm">
        {list.length > 0 && (
          <Button size="xs" onClick={onApply}>
            Apply “{title}”
          </Button>
        )}
        <Button size="xs" variant="default" onClick={onClose}>
          Close
        </Button>
      </Group>
    </>
  );
}

function length({ hyperparameters: { steps, epochs, batch_size: batch } }: Draft): string {
  const long = typeof epochs === "number" ? count(epochs, "epoch") : typeof steps === "number" ? count(steps, "step") : "";
  return typeof batch === "number" ? `${long} of ${integer(batch)} images` : long;
}
