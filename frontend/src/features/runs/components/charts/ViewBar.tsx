import { Button, SegmentedControl, Slider, Switch, Text, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import { IconZoomIn } from "@/components/icons";
import type { ChartView } from "../../api/view";
import type { Axis } from "../../model/axes";
import classes from "./Charts.module.css";

const AXES: { value: Axis; label: string }[] = [
  { value: "step", label: "Step" },
  { value: "epoch", label: "Epoch" },
  { value: "time", label: "Time" },
];

/** How the charts below are drawn, all of them alike. */
export function ViewBar({ control, children }: { control: ChartView; children?: ReactNode }) {
  const { view, change, zoom } = control;
  return (
    <div className={classes.bar}>
      <label className={classes.smoothing} title="A moving average over training and hardware; validation stays as it is">
        <Text size="sm" fw={500} component="span">
          Smoothing
        </Text>
        <Slider
          w={110}
          size="sm"
          min={0}
          max={0.98}
          step={0.02}
          label={(value) => (value === 0 ? "off" : value.toFixed(2))}
          thumbLabel="Smoothing"
          value={view.weight}
          onChange={(weight) => change({ weight })}
        />
      </label>
      <SegmentedControl
        size="xs"
        aria-label="Horizontal axis"
        data={AXES}
        value={view.axis}
        onChange={(axis) => change({ axis: axis as Axis })}
      />
      <Switch
        size="sm"
        label="Logarithmic loss"
        checked={view.logarithmic}
        onChange={(event) => change({ logarithmic: event.currentTarget.checked })}
      />
      {children}
      {view.zoom !== null ? (
        <Button size="compact-sm" variant="light" onClick={() => zoom(null)}>
          Reset zoom
        </Button>
      ) : (
        <Tooltip label="Drag across a chart to zoom into it, double-click to go back">
          <span className={classes.hint} tabIndex={0} aria-label="Drag across a chart to zoom into it, double-click to go back">
            <IconZoomIn size={14} /> drag to zoom
          </span>
        </Tooltip>
      )}
    </div>
  );
}
