import { type ReactNode, type RefObject, useCallback, useEffect, useRef, useState } from "react";
import type { Asset } from "@/api/types";
import { ProblemAlert } from "@/components/ProblemAlert";
import type { AnnotatorSession } from "../api/useSession";
import type { Point } from "../model/types";
import classes from "./Annotator.module.css";
import { currentDesk } from "./deskState";
import { formOf } from "./stage/forms";
import type { Hands } from "./stage/hands";
import type { PictureHandle } from "./stage/picture";
import { listen } from "./stage/pointer";
import { Stage } from "./stage/stage";

interface Props {
  asset: Asset;
  session: AnnotatorSession;
  picture: PictureHandle;
  stage: Stage | null;
  onStage: (stage: Stage | null) => void;
  hands: Hands | null;
  /** The hand is the tool: every drag moves the picture. */
  hand: boolean;
  cursor: string;
  crosshair: boolean;
  /** Radius of the brush that is drawn at the pointer, null where the tool has none. */
  radius: number | null;
  picks: boolean;
  readout: RefObject<HTMLSpanElement | null>;
  children?: ReactNode;
}

/** The picture with everything on it. React makes the box; what is in it is drawn by the stage. */
export function Canvas(props: Props) {
  const { asset, session, picture, stage, onStage, hands, hand, cursor, crosshair, radius, picks, readout, children } = props;
  const { width, height } = asset;
  const host = useRef<HTMLDivElement>(null);
  const lines = useRef<HTMLDivElement>(null);
  const [panning, setPanning] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const { store, presence, point } = session;

  const attach = useCallback(
    (element: HTMLDivElement) => {
      host.current = element;
      const made = new Stage(element, { width, height });
      onStage(made);
      return () => {
        made.dispose();
        onStage(null);
      };
    },
    [width, height, onStage],
  );

  useEffect(() => {
    if (!stage) return undefined;
    const update = () => {
      stage.setPicture(picture.get());
      setError(picture.get().error);
    };
    const end = picture.subscribe(update);
    const frame = requestAnimationFrame(update);
    return () => {
      cancelAnimationFrame(frame);
      end();
    };
  }, [stage, picture]);

  useEffect(() => {
    if (!stage) return undefined;
    const update = () => {
      const [cursors, drafts] = [presence.cursors(), presence.drafts()];
      const { document } = store.snapshot();
      stage.setPeople(
        presence.people().map(({ session: id, user, color, selection }) => ({
          session: id,
          name: user.name,
          color,
          cursor: cursors.get(id) ?? null,
          draft: drafts.get(id) ?? null,
          selection: selection.flatMap((shape) => document.shape(shape)?.geometry ?? []).map(formOf),
        })),
      );
    };
    update();
    return presence.subscribe(update);
  }, [stage, presence, store]);

  // Brush and crosshair follow the pointer beside React.
  const follow = useRef({ radius, picks });
  useEffect(() => {
    follow.current = { radius, picks };
    if (radius === null) stage?.setOverlay({ brush: null });
    if (!picks) stage?.setOverlay({ hovered: null });
  }, [stage, radius, picks]);
  const wantsPan = useRef(hand);
  useEffect(() => {
    wantsPan.current = hand;
  }, [hand]);

  useEffect(() => {
    const element = host.current;
    if (!stage || !hands || !element) return undefined;
    const hover = (at: Point | null) => {
      const brush = follow.current.radius;
      stage.setOverlay({
        brush: at && brush !== null ? { at, radius: brush } : null,
        hovered: at && follow.current.picks ? stage.shapeAt(at) : null,
      });
      point(at);
      const inside = at && at[0] >= 0 && at[1] >= 0 && at[0] < width && at[1] < height;
      if (readout.current) readout.current.textContent = inside ? `${Math.floor(at[0])}, ${Math.floor(at[1])}` : "–";
      const place = at && stage.toScreen(at);
      stage.pointer = place && { x: place[0], y: place[1] };
      placeLines(lines.current, place);
    };
    const takeFocus = () => element.focus({ preventScroll: true });
    element.addEventListener("pointerdown", takeFocus);
    const silence = listen(element, stage, {
      wantsPan: () => wantsPan.current,
      down: (input) => {
        const { tool, negative } = currentDesk();
        hands.down(tool === "smart" && negative ? { ...input, alt: true } : input);
      },
      move: (input) => hands.move(input),
      up: (input) => hands.up(input),
      double: (input) => hands.double(input),
      cancel: () => hands.act("cancel"),
      hover,
      panning: setPanning,
    });
    return () => {
      element.removeEventListener("pointerdown", takeFocus);
      silence();
    };
  }, [stage, hands, point, readout, width, height]);

  const shown = hand ? (panning ? "grabbing" : "grab") : panning ? "grabbing" : cursor;
  return (
    <div className={classes.canvasBox}>
      <div
        ref={attach}
        className={classes.canvas}
        style={{ cursor: shown }}
        tabIndex={0}
        role="application"
        aria-label={`${asset.name}, ${width} by ${height} pixels`}
      />
      <div ref={lines} hidden={!crosshair}>
        <div className={classes.lineX} />
        <div className={classes.lineY} />
      </div>
      {error !== null && (
        <div className={classes.failed}>
          <ProblemAlert error={new Error(error)} doing="Loading the image" onRetry={() => (picture.retry ? picture.retry() : window.location.reload())} />
        </div>
      )}
      {children}
    </div>
  );
}

function placeLines(box: HTMLDivElement | null, at: Point | null): void {
  const [across, down] = [box?.firstElementChild, box?.lastElementChild];
  if (!(across instanceof HTMLElement) || !(down instanceof HTMLElement)) return;
  across.style.visibility = down.style.visibility = at ? "visible" : "hidden";
  if (!at) return;
  across.style.transform = `translateY(${Math.round(at[1])}px)`;
  down.style.transform = `translateX(${Math.round(at[0])}px)`;
}
