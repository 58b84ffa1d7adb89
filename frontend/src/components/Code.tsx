import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import classes from "./Code.module.css";
import { IconCheck, IconCopy } from "./icons";

export function CopyIcon({ value, label }: { value: string; label: string }) {
  const clipboard = useClipboard({ timeout: 1500 });
  return (
    <Tooltip label={clipboard.copied ? "Copied" : label}>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={label} onClick={() => clipboard.copy(value)}>
        {clipboard.copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
      </ActionIcon>
    </Tooltip>
  );
}

export function CopyButton({ value, label = "Copy" }: { value: string; label?: string }) {
  const clipboard = useClipboard({ timeout: 1500 });
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={clipboard.copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
      onClick={() => clipboard.copy(value)}
    >
      {clipboard.copied ? "Copied" : label}
    </Button>
  );
}

interface BlockProps {
  code: string;
  label: string;
  maxHeight?: number;
}

/** Code that can be copied whole; scrolls inside its own box. */
export function CodeBlock({ code, label, maxHeight = 320 }: BlockProps) {
  return (
    <div className={classes.box}>
      <pre className={classes.pre} style={{ maxHeight }} tabIndex={0} aria-label={label}>
        {code}
      </pre>
      <div className={classes.copy}>
        <CopyIcon value={code} label={`Copy ${label}`} />
      </div>
    </div>
  );
}
