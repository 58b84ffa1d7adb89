import { Loader, UnstyledButton } from "@mantine/core";
import { explain } from "@/api/problem";
import { IconAlert, IconCheck, IconInfo } from "@/components/icons";
import { fieldLabel } from "../model/labels";
import { nodeOf } from "../model/nodes";
import { useBuilder } from "./builder";
import classes from "./Builder.module.css";

interface Props {
  notes: readonly string[];
  checking: boolean;
  /** The check itself did not work. */
  failure: unknown;
  onGoTo: (path: string) => void;
}

/** What the server says about the workflow as it stands: wrong fields to go to, and things worth knowing. */
export function CheckStrip({ notes, checking, failure, onGoTo }: Props) {
  const { architecture, form, errors } = useBuilder();
  const wrong = Object.entries(errors);
  return (
    <div className={classes.check} aria-live="polite">
      {wrong.length > 0 ? (
        <>
          <p className={classes.verdict} data-wrong="">
            <IconAlert size={15} /> {wrong.length === 1 ? "One field needs a change" : `${wrong.length} fields need a change`}
          </p>
          <ul>
            {wrong.map(([path, message]) => (
              <li key={path}>
                {nodeOf(path) === null && path !== "name" ? (
                  <span>
                    {path !== "" && <b>{path}: </b>}
                    {message}
                  </span>
                ) : (
                  <UnstyledButton className={classes.goTo} onClick={() => onGoTo(path)}>
                    <b>{fieldLabel(path, architecture, form.spec)}:</b> {message}
                  </UnstyledButton>
                )}
              </li>
            ))}
          </ul>
        </>
      ) : (
        <p className={classes.verdict}>
          {checking ? <Loader size={14} /> : failure == null ? <IconCheck size={15} /> : <IconAlert size={15} />}
          {checking ? "Checking" : failure == null ? "Ready to train" : `Not checked: ${explain(failure).title}`}
        </p>
      )}
      {notes.length > 0 && (
        <ul>
          {notes.map((note) => (
            <li key={note}>
              <IconInfo size={14} />
              <span>{note}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
