import { Button, Textarea } from "@mantine/core";
import { type KeyboardEvent, type ReactNode, useState } from "react";
import { ProblemAlert } from "@/components/ProblemAlert";
import classes from "./Talk.module.css";

interface Props {
  label: string;
  placeholder: string;
  button: string;
  start?: string;
  focus?: boolean;
  hint?: ReactNode;
  onSend: (text: string) => Promise<unknown>;
  onCancel?: (() => void) | undefined;
}

/** Some lines to somebody: Enter sends, Shift+Enter goes to the next line. What could not be sent stays. */
export function Composer({ label, placeholder, button, start = "", focus = false, hint, onSend, onCancel }: Props) {
  const [text, setText] = useState(start);
  const [error, setError] = useState<unknown>(null);
  const [sending, setSending] = useState(false);
  const send = async () => {
    if (text.trim() === "" || sending) return;
    setSending(true);
    setError(null);
    try {
      await onSend(text.trim());
      setText("");
    } catch (problem) {
      setError(problem);
    } finally {
      setSending(false);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      void send();
    }
    if (event.key === "Escape" && onCancel) {
      event.stopPropagation();
      onCancel();
    }
  };
  return (
    <div>
      <Textarea
        aria-label={label}
        placeholder={placeholder}
        size="xs"
        autosize
        minRows={1}
        maxRows={6}
        maxLength={5000}
        value={text}
        autoFocus={focus}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <ProblemAlert error={error} doing="Sending the comment" />
      {(hint != null || text.trim() !== "" || onCancel) && (
        <div className={classes.composerRow}>
          <span>{hint}</span>
          <span style={{ display: "flex", gap: 6 }}>
            {onCancel && (
              <Button size="compact-xs" variant="default" onClick={onCancel}>
                Cancel
              </Button>
            )}
            <Button size="compact-xs" onClick={() => void send()} loading={sending} disabled={text.trim() === ""}>
              {button}
            </Button>
          </span>
        </div>
      )}
    </div>
  );
}
