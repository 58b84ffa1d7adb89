import { ActionIcon, Tooltip } from "@mantine/core";
import { type RefObject, useEffect, useRef } from "react";
import { IconFit, IconZoomIn, IconZoomOut } from "@/components/icons";
import classes from "./Annotator.module.css";
import type { Stage } from "./stage/stage";

interface Props {
  stage: Stage | null;
  /** Where the pointer's pixel is written: at every move, so not through React. */
  readout: RefObject<HTMLSpanElement | null>;
  keyOf: (action: string) => string;
}

export function StatusLine({ stage, readout, keyOf }: Props) {
  const scale = useRef<HTMLSpanElement>(null);
  useEffect(
    () =>
      stage?.watch((viewport) => {
        if (scale.current) scale.current.textContent = percent(viewport.scale);
      }),
    [stage],
  );
  const label = (text: string, action: string) => (keyOf(action) === "" ? text : `${text} (${keyOf(action)})`);
  return (
    <div className={classes.status}>
      <span className={classes.chip}>
        <span ref={readout} className={classes.readout} aria-label="Pixel under the pointer">
          –
        </span>
      </span>
      <span className={classes.chip}>
        <Tooltip label={label("Zoom out", "zoom_out")}>
          <ActionIcon size={24} variant="subtle" color="gray" aria-label="Zoom out" onClick={() => stage?.zoom(1 / 1.3)}>
            <IconZoomOut />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={label("Actual pixels", "actual")}>
          <ActionIcon w={58} h={24} variant="subtle" color="gray" aria-label="Actual pixels" onClick={() => stage?.actualSize()}>
            <span ref={scale} className={classes.scale} style={{ fontSize: 12 }} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={label("Zoom in", "zoom_in")}>
          <ActionIcon size={24} variant="subtle" color="gray" aria-label="Zoom in" onClick={() => stage?.zoom(1.3)}>
            <IconZoomIn />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={label("Whole image", "fit")}>
          <ActionIcon size={24} variant="subtle" color="gray" aria-label="Whole image" onClick={() => stage?.fit()}>
            <IconFit />
          </ActionIcon>
        </Tooltip>
      </span>
    </div>
  );
}

function percent(scale: number): string {
  return `${scale < 0.1 ? (scale * 100).toFixed(1) : Math.round(scale * 100)} %`;
}
