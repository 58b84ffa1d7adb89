import { ActionIcon, Button, Slider, Tooltip } from "@mantine/core";
import { useEffect, useRef } from "react";
import { count } from "@/components/format";
import { IconCheck, IconClose, IconEdit } from "@/components/icons";
import { changeOf } from "@/features/proposals/model/proposals";
import { type ClassLook, UNKNOWN } from "../../model/view/looks";
import { LookSwatch } from "../panels/LookSwatch";
import panels from "../panels/Panels.module.css";
import classes from "./Proposals.module.css";
import type { Proposed } from "./useProposed";

interface Props {
  proposed: Proposed;
  looks: ReadonlyMap<string, ClassLook>;
  keyOf: (action: string) => string;
  locked: boolean;
}

/** What models propose, the surest first: to be taken over, changed or turned down. */
export function ProposalsPanel({ proposed, looks, keyOf, locked }: Props) {
  const { all, shown, least, active } = proposed;
  const below = all.length - shown.length;
  const withKey = (text: string, action: string) => (keyOf(action) === "" ? text : `${text} (${keyOf(action)})`);
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    // Newer browsers answer with a promise, which is no way to end an effect.
    void row.current?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    <>
      <div className={classes.head}>
        <div className={classes.score}>
          <span id="least-score">Score at least</span>
          <b>{Math.round(least * 100)} %</b>
        </div>
        <Slider
          size="sm"
          min={0}
          max={1}
          step={0.01}
          label={null}
          value={least}
          onChange={proposed.setLeast}
          thumbProps={{ "aria-labelledby": "least-score" }}
        />
        <div className={classes.all}>
          <Tooltip label={withKey("Make all that are shown shapes of the image", "accept_all_proposals")}>
            <Button size="compact-xs" onClick={proposed.acceptAll} disabled={locked || shown.length === 0}>
              Accept {shown.length}
            </Button>
          </Tooltip>
          {below > 0 && (
            <Button size="compact-xs" variant="default" onClick={proposed.rejectRest} disabled={locked}>
              Reject {count(below, "other")}
            </Button>
          )}
        </div>
      </div>
      <ul className={panels.objects} aria-label="Proposals" style={{ margin: 0, listStyle: "none" }}>
        {shown.map((each) => {
          const look = looks.get(each.class) ?? UNKNOWN;
          const text = proposed.nameOf(each);
          const name = `${text}, ${Math.round(each.score * 100)} %`;
          return (
            <li key={each.id} ref={each.id === active ? row : undefined} className={panels.row} data-active={each.id === active || undefined}>
              <button type="button" className={panels.main} aria-pressed={each.id === active} onClick={() => proposed.show(each)}>
                <LookSwatch look={look} />
                <span className={panels.text}>{text}</span>
                <small>{Math.round(each.score * 100)} %</small>
              </button>
              {!locked && (
                <>
                  <RowTool label={withKey("Accept", "accept_proposal")} name={`Accept ${name}`} onClick={() => proposed.acceptOne(each.id)}>
                    <IconCheck size={14} />
                  </RowTool>
                  {changeOf(each) !== "remove" && (
                    <RowTool label="Accept and change it" name={`Accept and change ${name}`} onClick={() => proposed.edit(each.id)}>
                      <IconEdit size={14} />
                    </RowTool>
                  )}
                  <RowTool label={withKey("Reject", "reject_proposal")} name={`Reject ${name}`} onClick={() => proposed.rejectOne(each.id)}>
                    <IconClose size={14} />
                  </RowTool>
                </>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}

function RowTool({ label, name, onClick, children }: { label: string; name: string; onClick: () => void; children: React.ReactNode }) {
  return (
    <Tooltip label={label}>
      <ActionIcon size={24} variant="subtle" color="gray" aria-label={name} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
