import { ActionIcon, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import { IconReset } from "@/components/icons";
import classes from "./Field.module.css";

interface Props {
  /** Where the specification or the options have it: an error of that path leads here. */
  path: string;
  label: string;
  /** Differs from the default: marked, and can be taken back. */
  changed: boolean;
  /** What the default is, in words. */
  fallback: string;
  onReset: () => void;
  children: ReactNode;
}

/** A field that shows whether it still has its default and takes it back. */
export function Field({ path, label, changed, fallback, onReset, children }: Props) {
  return (
    <div className={classes.field} data-field={path} data-changed={changed || undefined}>
      {children}
      {changed && (
        <Tooltip label={`Back to the default: ${fallback}`}>
          <ActionIcon className={classes.reset} variant="subtle" size={22} aria-label={`Reset ${label} to ${fallback}`} onClick={onReset}>
            <IconReset size={13} />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
  );
}
