import { fieldOf } from "../model/errors";
import { nodeOf } from "../model/nodes";
import { nodeId, PANEL_ID } from "./WorkflowGraph";

const FRAMES = 40;

/** Brings the control that shows an error of `path` to the eye and the keyboard, once its panel is on the page. */
export function focusField(path: string, frames = FRAMES): void {
  requestAnimationFrame(() => {
    const control = controlOf(path);
    if (control) {
      control.focus({ preventScroll: true });
      control.scrollIntoView({ block: "center" });
    } else if (frames > 0) focusField(path, frames - 1);
    else document.getElementById(PANEL_ID)?.focus();
  });
}

function controlOf(path: string): HTMLElement | null {
  const node = nodeOf(path);
  if (node === null) return document.querySelector("[data-workflow-name]");
  const panel = document.getElementById(PANEL_ID);
  if (panel?.getAttribute("aria-labelledby") !== nodeId(node)) return null;
  const fields = [...panel.querySelectorAll<HTMLElement>("[data-field]")];
  const name = fieldOf(path, fields.map(({ dataset }) => dataset["field"] ?? ""));
  const field = fields.find(({ dataset }) => dataset["field"] === name);
  return field?.querySelector<HTMLElement>("[aria-invalid=true], input") ?? panel.querySelector<HTMLElement>("[aria-invalid=true]");
}
