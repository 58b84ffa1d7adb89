import { VisuallyHidden } from "@mantine/core";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { Step } from "../model/form";
import { moved, placeAt } from "../model/order";
import { title } from "../model/wording";
import { AugmentationRow } from "./AugmentationRow";
import classes from "./Augmentations.module.css";
import { useBuilder } from "./builder";

interface Props {
  steps: readonly Step[];
  defaults: readonly Step[];
  open: ReadonlySet<string>;
  onToggle: (key: string) => void;
  onChange: (steps: Step[]) => void;
}

/** The rows, moved by dragging their handles or with the arrow keys on them. */
export function AugmentationList({ steps, defaults, open, onToggle, onChange }: Props) {
  const { architecture, errors } = useBuilder();
  const list = useRef<HTMLOListElement>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  const [said, setSaid] = useState("");
  const titleOf = ({ name }: Step) => architecture.augmentations.find((one) => one.name === name)?.title ?? title(name);

  const move = (key: string, to: number) => {
    const from = steps.findIndex((step) => step.key === key);
    const place = Math.min(Math.max(to, 0), steps.length - 1);
    const step = steps[from];
    if (!step || place === from) return;
    onChange(moved(steps, from, place));
    setSaid(`${titleOf(step)} is now ${place + 1} of ${steps.length}`);
  };
  const moveByKey = (key: string, to: number) => {
    move(key, to);
    // The row may be taken out and put back in; the handle keeps the focus.
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`[data-step="${CSS.escape(key)}"] [data-handle]`)?.focus());
  };
  const dragTo = useEffectEvent((y: number) => {
    if (dragged === null) return;
    const others = [...(list.current?.children ?? [])].filter((row) => row instanceof HTMLElement && row.dataset["step"] !== dragged);
    const middles = others.map((row) => row.getBoundingClientRect()).map(({ top, height }) => top + height / 2);
    move(dragged, placeAt(y, middles));
  });
  useEffect(() => {
    if (dragged === null) return undefined;
    const onMove = ({ clientY }: PointerEvent) => dragTo(clientY);
    const onEnd = () => setDragged(null);
    window.addEventListener("pointermove", onMove);
    window.addEventListener("pointerup", onEnd);
    window.addEventListener("pointercancel", onEnd);
    return () => {
      window.removeEventListener("pointermove", onMove);
      window.removeEventListener("pointerup", onEnd);
      window.removeEventListener("pointercancel", onEnd);
    };
  }, [dragged]);
  return (
    <>
      <ol ref={list} className={classes.list} aria-label="Augmentations">
        {steps.map((step, index) => (
          <AugmentationRow
            key={step.key}
            step={step}
            index={index}
            entry={architecture.augmentations.find(({ name }) => name === step.name)}
            fallback={defaults.find(({ name }) => name === step.name)?.values}
            errors={errors}
            open={open.has(step.key)}
            dragged={dragged === step.key}
            onToggle={() => onToggle(step.key)}
            onChange={(values) => onChange(steps.map((one) => (one.key === step.key ? { ...one, values } : one)))}
            onRemove={() => {
              onChange(steps.filter(({ key }) => key !== step.key));
              setSaid(`${titleOf(step)} removed`);
            }}
            onMove={(by) => moveByKey(step.key, index + by)}
            onDrag={() => setDragged(step.key)}
          />
        ))}
      </ol>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </>
  );
}
