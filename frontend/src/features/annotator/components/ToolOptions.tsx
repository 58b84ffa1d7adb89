import { Menu, Slider, Switch } from "@mantine/core";
import type { ReactNode } from "react";
import type { LabelClass } from "@/api/types";
import { IconChevronDown } from "@/components/icons";
import type { ToolSettings } from "../model/types";
import { type ClassLook, UNKNOWN } from "../model/view/looks";
import classes from "./Annotator.module.css";
import { LookSwatch } from "./panels/LookSwatch";

interface Props {
  tool: string;
  hint: string;
  settings: ToolSettings;
  onSettings: (part: Partial<Pick<ToolSettings, "radius" | "snap" | "tolerance">>) => void;
  labels: readonly LabelClass[];
  looks: ReadonlyMap<string, ClassLook>;
  onClass: (id: string) => void;
  /** More about the tool, such as which engine answers. */
  children?: ReactNode;
}

const LARGEST_RADIUS = 400;

/** What the tool draws and how: its class, its size, whether it snaps. */
export function ToolOptions({ tool, hint, settings, onSettings, labels, looks, onClass, children }: Props) {
  return (
    <div className={classes.options} role="group" aria-label="Tool options">
      {labels.length > 0 && <ClassPicker settings={settings} labels={labels} looks={looks} onClass={onClass} />}
      {(tool === "brush" || tool === "eraser") && (
        <label className={classes.option}>
          Size
          <Slider
            w={130}
            size="sm"
            min={0}
            max={Math.log(LARGEST_RADIUS)}
            step={0.02}
            label={null}
            thumbLabel="Brush radius"
            value={Math.log(Math.max(1, settings.radius))}
            onChange={(value) => onSettings({ radius: Math.max(1, Math.round(Math.exp(value))) })}
          />
          <span style={{ minWidth: 40 }}>{settings.radius} px</span>
        </label>
      )}
      {tool === "fill" && (
        <label className={classes.option}>
          Colour tolerance
          <Slider
            w={130}
            size="sm"
            min={0}
            max={128}
            label={null}
            thumbLabel="Colour tolerance"
            value={settings.tolerance}
            onChange={(tolerance) => onSettings({ tolerance })}
          />
          <span style={{ minWidth: 24 }}>{settings.tolerance}</span>
        </label>
      )}
      {tool === "polygon" && (
        <Switch
          size="xs"
          className={classes.option}
          label="Snap to neighbours"
          checked={settings.snap}
          onChange={(event) => onSettings({ snap: event.currentTarget.checked })}
        />
      )}
      {children}
      <span className={classes.hint} title={hint}>
        {hint}
      </span>
    </div>
  );
}

function ClassPicker({ settings, labels, looks, onClass }: Pick<Props, "settings" | "labels" | "looks" | "onClass">) {
  const look = (settings.class === null ? undefined : looks.get(settings.class)) ?? UNKNOWN;
  return (
    <Menu position="bottom-start" shadow="md">
      <Menu.Target>
        <button type="button" className={classes.pickClass} aria-label={`Draws ${look.name}`}>
          <LookSwatch look={look} />
          <span>{look.name}</span>
          <IconChevronDown size={13} />
        </button>
      </Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflowY: "auto" }}>
        {labels.map(({ id, name, hotkey }) => (
          <Menu.Item
            key={id}
            onClick={() => onClass(id)}
            leftSection={<LookSwatch look={looks.get(id) ?? UNKNOWN} />}
            rightSection={hotkey === "" ? null : <small>{hotkey}</small>}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
