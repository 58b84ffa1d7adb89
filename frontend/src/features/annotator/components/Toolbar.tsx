import { Tooltip } from "@mantine/core";
import { type ComponentType, type KeyboardEvent } from "react";
import {
  IconBox,
  IconBrush,
  IconEraser,
  IconFill,
  IconFreehand,
  IconHand,
  IconLasso,
  IconMerge,
  IconPolygon,
  IconRectangle,
  IconScissors,
  IconSelect,
  IconSmart,
  IconSuperpixel,
} from "./icons";
import classes from "./Annotator.module.css";

const ICONS: Record<string, ComponentType<{ size?: number }>> = {
  select: IconSelect,
  lasso: IconLasso,
  box: IconBox,
  polygon: IconPolygon,
  freehand: IconFreehand,
  brush: IconBrush,
  eraser: IconEraser,
  fill: IconFill,
  rectangle: IconRectangle,
  scissors: IconScissors,
  merge: IconMerge,
  superpixel: IconSuperpixel,
  smart: IconSmart,
};

export interface ToolItem {
  readonly id: string;
  readonly title: string;
  readonly hotkey: string;
}

interface Props {
  tools: readonly ToolItem[];
  active: string;
  onPick: (id: string) => void;
  locked: boolean;
  hand: boolean;
  onHand: () => void;
}

/** The tools, one below the other; Up and Down move between them. */
export function Toolbar({ tools, active, onPick, locked, hand, onHand }: Props) {
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    const buttons = [...event.currentTarget.querySelectorAll<HTMLButtonElement>("button:not(:disabled)")];
    const at = buttons.findIndex((button) => button === document.activeElement);
    buttons[(at + step + buttons.length) % buttons.length]?.focus();
    event.preventDefault();
    event.stopPropagation();
  };
  const button = ({ id, title, hotkey }: ToolItem, pressed: boolean, run: () => void, disabled = false) => {
    const Icon = ICONS[id] ?? IconHand;
    return (
      <Tooltip key={id} label={hotkey === "" ? title : `${title} (${hotkey})`} position="right">
        <button
          type="button"
          className={classes.toolButton}
          aria-label={title}
          aria-pressed={pressed}
          disabled={disabled}
          onClick={run}
        >
          <Icon size={19} />
          {hotkey.length === 1 && (
            <span className={classes.toolKey} aria-hidden="true">
              {hotkey}
            </span>
          )}
        </button>
      </Tooltip>
    );
  };
  return (
    <div className={classes.tools} role="toolbar" aria-label="Tools" aria-orientation="vertical" onKeyDown={onKeyDown}>
      {tools.map((tool) => button(tool, !hand && tool.id === active, () => onPick(tool.id), locked && tool.id !== "select"))}
      <hr className={classes.rule} />
      {button({ id: "hand", title: "Move the picture", hotkey: "Space" }, hand, onHand)}
    </div>
  );
}
