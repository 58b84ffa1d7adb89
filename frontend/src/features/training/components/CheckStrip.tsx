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
        <Verdict checking={checking} failure={failure} />
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

function Verdict({ checking, failure }: Pick<Props, "checking" | "failure">) {
  const { data } = useBuilder();
  if (checking) {
    return (
      <p className={classes.verdict}>
        <Loader size={14} /> Checking
      </p>
    );
  }
  const short = data !== null && (data.train === 0 || data.val === 0);
  if (failure != null || short) {
    return (
      <p className={classes.verdict} data-short="">
        <IconAlert size={15} />
        {failure == null ? "Every field is right, the data is not enough" : `Not checked: ${explain(failure).title}`}
      </p>
    );
  }
  return (
    <p className={classes.verdict}>
      <IconCheck size={15} /> Ready to train
    </p>
  );
}
