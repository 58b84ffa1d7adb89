import { ActionIcon, Button, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Asset, Review } from "@/api/types";
import { IconChevronLeft, IconChevronRight, IconClose, IconKeyboard, IconLayers } from "@/components/icons";
import { useAnswering } from "../../api/answering";
import { type AnnotatorSession, useUnsent } from "../../api/useSession";
import { AdjustMenu } from "../AdjustMenu";
import { IconRedo, IconUndo } from "../icons";
import type { ViewSettings } from "../viewSettings";
import classes from "./Bar.module.css";
import { HandIn } from "./HandIn";
import { People } from "./People";
import { ReviewMenu } from "./ReviewMenu";
import { SaveState } from "./SaveState";

export interface Travel {
  readonly back: string;
  /** What the way back is called where it does not lead to the list of images. */
  readonly backTitle?: string | null;
  /** Escape, with nothing left to cancel: only where somebody came to look at one image and goes back. */
  readonly leave?: (() => void) | null;
  readonly place: string;
  readonly previous: string | undefined;
  readonly next: string | undefined;
  go(id: string | undefined): void;
  /** The image has got this state: whoever works through a queue goes on with the next one. */
  done(review: Review): void;
}

interface Props {
  asset: Asset;
  travel: Travel;
  session: AnnotatorSession;
  view: ViewSettings;
  onView: (part: Partial<ViewSettings>) => void;
  /** "Ctrl+Z" of an action, "" where it has no key. */
  keyOf: (action: string) => string;
  onKeys: () => void;
  side: boolean;
  onSide: () => void;
  onReview: (review: Review) => void;
}

export function TopBar({ asset, travel, session, view, onView, keyOf, onKeys, side, onSide, onReview }: Props) {
  const { store, snapshot } = session;
  const answering = useAnswering();
  return (
    <header className={classes.bar}>
      {travel.backTitle ? (
        <Tooltip label={`${travel.backTitle} (Esc)`}>
          <Button size="compact-sm" variant="light" component={Link} to={travel.back} leftSection={<IconChevronLeft size={14} />} className={classes.back}>
            {travel.backTitle}
          </Button>
        </Tooltip>
      ) : (
        <Tooltip label="Back to the images">
          <ActionIcon variant="subtle" color="gray" component={Link} to={travel.back} state={{ focus: asset.id }} aria-label="Back to the images">
            <IconClose />
          </ActionIcon>
        </Tooltip>
      )}
      <h1 className={classes.name} title={asset.name}>
        {asset.name}
      </h1>
      <div className={classes.travel}>
        <Tool label="Previous image" hotkey={keyOf("previous_image")} disabled={travel.previous === undefined} onClick={() => travel.go(travel.previous)}>
          <IconChevronLeft />
        </Tool>
        <span className={classes.place}>{travel.place}</span>
        <Tool label="Next image" hotkey={keyOf("next_image")} disabled={travel.next === undefined} onClick={() => travel.go(travel.next)}>
          <IconChevronRight />
        </Tool>
      </div>
      <div className={classes.group}>
        <Tool label={snapshot.undo === null ? "Undo" : `Undo: ${snapshot.undo}`} hotkey={keyOf("undo")} disabled={snapshot.undo === null} onClick={store.undo}>
          <IconUndo size={18} />
        </Tool>
        <Tool label={snapshot.redo === null ? "Redo" : `Redo: ${snapshot.redo}`} hotkey={keyOf("redo")} disabled={snapshot.redo === null} onClick={store.redo}>
          <IconRedo size={18} />
        </Tool>
      </div>
      <SaveState status={session.status} />
      <Unsent asset={asset} />
      <div className={classes.push} />
      <People people={session.people} />
      {answering ? <HandIn answering={answering} session={session} /> : <ReviewMenu asset={asset} onReview={onReview} />}
      <AdjustMenu settings={view} onChange={onView} />
      <Tool label="Keyboard shortcuts" hotkey={keyOf("help")} onClick={onKeys}>
        <IconKeyboard size={18} />
      </Tool>
      <Tool label={side ? "Hide the panel" : "Show the panel"} hotkey={keyOf("side")} onClick={onSide} pressed={side}>
        <IconLayers size={18} />
      </Tool>
    </header>
  );
}

/** Images that were left without a connection: what was drawn there is sent when they are opened. */
function Unsent({ asset }: { asset: Asset }) {
  const [first, ...more] = useUnsent(asset.id);
  if (first === undefined) return null;
  const text = more.length === 0 ? "1 other image has unsent changes" : `${more.length + 1} other images have unsent changes`;
  return (
    <Tooltip label="They are kept in this browser. Open the image to send them.">
      <Link to={`/projects/${asset.project}/annotate/${first}`} className={classes.unsent}>
        {text}
      </Link>
    </Tooltip>
  );
}

interface ToolProps {
  label: string;
  hotkey: string;
  onClick: () => void;
  disabled?: boolean;
  pressed?: boolean;
  children: ReactNode;
}

function Tool({ label, hotkey, onClick, disabled = false, pressed, children }: ToolProps) {
  return (
    <Tooltip label={hotkey === "" ? label : `${label} (${hotkey})`}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} aria-pressed={pressed} disabled={disabled} onClick={onClick} className={classes.tool}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
