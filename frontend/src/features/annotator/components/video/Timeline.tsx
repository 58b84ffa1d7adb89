import { useElementSize, useMergedRef } from "@mantine/hooks";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { ClassLook } from "../../model/view/looks";
import type { Visibility } from "../../model/view/visibility";
import { resized, type Scale, shifted, showing, whole, xOf, zoomed } from "../../model/video/timeline";
import { Ruler } from "./Ruler";
import classes from "./Timeline.module.css";
import { TrackRows } from "./TrackRows";
import { Transport } from "./Transport";
import type { Video } from "./useVideo";

interface Props {
  video: Video;
  looks: ReadonlyMap<string, ClassLook>;
  visibility: Visibility;
  onVisibility: (visibility: Visibility) => void;
  perform: (action: string) => void;
  keyOf: (action: string) => string;
}

/** A wheel's turn zooms by so much. */
const WHEEL = 0.0025;

/** The frames of a video from left to right, and on which of them its objects are. */
export function Timeline({ video, looks, visibility, onVisibility, perform, keyOf }: Props) {
  const { count, state, snapshot } = video;
  const body = useRef<HTMLDivElement>(null);
  const ruler = useRef<HTMLDivElement>(null);
  const { ref: measured, width } = useElementSize<HTMLDivElement>();
  const [view, setView] = useState<Scale | null>(null);
  const [followed, setFollowed] = useState(state.wanted);
  let scale = view === null || width === 0 ? whole(count, Math.max(1, width)) : view.width === width ? view : resized(view, width, count);
  // What is played or stepped to comes into sight; what somebody scrolls to meanwhile stays.
  if (followed !== state.wanted) {
    scale = showing(scale, state.wanted, count);
    setFollowed(state.wanted);
    if (view !== null) setView(scale);
  }
  const zoom = (factor: number) => setView(zoomed(scale, factor, xOf(scale, state.wanted), count));

  const onWheel = useEffectEvent((event: WheelEvent) => {
    const box = ruler.current?.getBoundingClientRect();
    const isZoom = event.ctrlKey || event.metaKey;
    const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
    if (!box || (!isZoom && Math.abs(sideways) < Math.abs(event.deltaY) && !event.shiftKey)) return;
    event.preventDefault();
    setView(isZoom ? zoomed(scale, Math.exp(-event.deltaY * WHEEL), event.clientX - box.left, count) : shifted(scale, sideways, count));
  });
  useEffect(() => {
    const element = body.current;
    const listen = (event: WheelEvent) => onWheel(event);
    // React's own listeners cannot hold back the page's zoom.
    element?.addEventListener("wheel", listen, { passive: false });
    return () => element?.removeEventListener("wheel", listen);
  }, []);

  const { size } = snapshot.document.tracks;
  return (
    <section className={classes.timeline} aria-label="Timeline">
      <Transport video={video} keyOf={keyOf} onZoom={zoom} onWhole={() => setView(null)} perform={perform} />
      <div ref={body} className={classes.body}>
        <div className={classes.corner}>{size === 1 ? "1 track" : size === 0 ? "Tracks" : `${size} tracks`}</div>
        <Ruler ref={useMergedRef(ruler, measured)} video={video} scale={scale} />
        <TrackRows video={video} scale={scale} looks={looks} visibility={visibility} onVisibility={onVisibility} />
        {width > 0 && <Head scale={scale} frame={state.shown} look={size === 0 ? classes.short : ""} />}
        {width > 0 && state.wanted !== state.shown && <Head scale={scale} frame={state.wanted} look={classes.late} />}
      </div>
    </section>
  );
}

/** The frame that is on the screen; paler, one that was asked for and is on its way. */
function Head({ scale, frame, look = "" }: { scale: Scale; frame: number; look: string | undefined }) {
  const x = xOf(scale, frame);
  if (x < 0 || x > scale.width) return null;
  return <div className={`${classes.head} ${look}`} style={{ transform: `translateX(${Math.round(x)}px)` }} />;
}
