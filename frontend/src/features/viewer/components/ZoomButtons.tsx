import { ActionIcon, Tooltip } from "@mantine/core";
import { IconFit, IconZoomIn, IconZoomOut } from "@/components/icons";
import classes from "./Viewer.module.css";

interface Props {
  scale: number | null;
  onZoom: (factor: number) => void;
  onFit: () => void;
}

export function ZoomButtons({ scale, onZoom, onFit }: Props) {
  const tools = [
    { label: "Zoom out (-)", run: () => onZoom(1 / 1.3), icon: <IconZoomOut /> },
    { label: "Zoom in (+)", run: () => onZoom(1.3), icon: <IconZoomIn /> },
    { label: "Whole image (0)", run: onFit, icon: <IconFit /> },
  ];
  return (
    <div className={classes.zoom}>
      <span>{scale === null ? "" : `${Math.round(scale * 100)} %`}</span>
      {tools.map(({ label, run, icon }) => (
        <Tooltip key={label} label={label}>
          <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={run}>
            {icon}
          </ActionIcon>
        </Tooltip>
      ))}
    </div>
  );
}
