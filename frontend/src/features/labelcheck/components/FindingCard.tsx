import { ActionIcon, Tooltip } from "@mantine/core";
import { useEffect, useRef } from "react";
import { ClassSwatch } from "@/components/ClassSwatch";
import { percent } from "@/components/format";
import { IconCheck, IconClose } from "@/components/icons";
import type { Finding, Verdict } from "../api/labelcheck";
import { KIND_TITLES, sentence, STATE_TITLES } from "../model/findings";
import { Crop } from "./Crop";
import classes from "./LabelCheck.module.css";

interface Props {
  finding: Finding;
  active: boolean;
  /** Decided on since the list was opened: it stays where it is, and steps back. */
  faded: boolean;
  outlines: boolean;
  decides: boolean;
  onActive: () => void;
  onDecide: (verdict: Verdict) => void;
}

export function FindingCard({ finding, active, faded, outlines, decides, onActive, onDecide }: Props) {
  const { kind, state, score, given, suggested, asset } = finding;
  const root = useRef<HTMLElement>(null);
  useEffect(() => {
    if (active) root.current?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    <article ref={root} className={classes.card} data-active={active || undefined} data-faded={faded || undefined}>
      <button type="button" className={classes.open} aria-pressed={active} onClick={onActive}>
        <Crop finding={finding} outlines={outlines} />
        <span className={classes.kind} data-kind={kind}>
          {KIND_TITLES[kind]}
        </span>
        <span className={classes.score} title="How sure the models are that the label is wrong">
          {percent(score, 0)}
        </span>
        <span className={classes.text}>
          <span className={classes.sentence}>
            {(suggested ?? given) && <ClassSwatch color={(suggested ?? given)?.color ?? ""} size={10} />}
            {sentence(finding)}
          </span>
          <small title={asset.name}>{faded ? STATE_TITLES[state] : asset.name}</small>
        </span>
      </button>
      {decides && state === "open" && (
        <div className={classes.tools}>
          <Tooltip label="Accept (a)">
            <ActionIcon size={28} variant="filled" aria-label={`Accept: ${sentence(finding)}`} onClick={() => onDecide("accept")}>
              <IconCheck />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Dismiss (x)">
            <ActionIcon size={28} variant="default" aria-label={`Dismiss: ${sentence(finding)}`} onClick={() => onDecide("dismiss")}>
              <IconClose />
            </ActionIcon>
          </Tooltip>
        </div>
      )}
    </article>
  );
}
