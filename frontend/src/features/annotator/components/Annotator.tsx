import { type MouseEvent, type PointerEvent, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import type { Asset, LabelClass, Project, Review } from "@/api/types";
import { notifyProblem } from "@/components/notify";
import { ProblemAlert } from "@/components/ProblemAlert";
import { ProposalsPanel } from "./proposals/ProposalsPanel";
import { useProposed } from "./proposals/useProposed";
import { CommentPins } from "./talk/CommentPins";
import { CommentsPanel } from "./talk/CommentsPanel";
import { RejectDialog } from "./talk/RejectDialog";
import { useSession as useWho } from "@/features/session/api/session";
import { mayAnnotate, roleIn } from "@/features/session/model/access";
import { useChangeAsset } from "@/features/data/api/assets";
import { useAnswering } from "../api/answering";
import { assistOn, usePrepared } from "../api/assist";
import { useSession } from "../api/useSession";
import { TOOLS } from "../model/tools";
import type { Shape } from "../model/types";
import { UNKNOWN } from "../model/view/looks";
import { ALL_SHOWN, hiddenFor, isShown, type Visibility } from "../model/view/visibility";
import { perform, pickByOwnKey, type Reach } from "./actions";
import classes from "./Annotator.module.css";
import { TopBar, type Travel } from "./bar/TopBar";
import { Canvas } from "./Canvas";
import { ConfirmBar } from "./ConfirmBar";
import { changeDesk, currentDesk, useDesk } from "./deskState";
import { EngineChip } from "./EngineChip";
import { focusPicture, handsBack, useKeyNames, useKeys } from "./keys";
import { KeySheet } from "./KeySheet";
import { Notices } from "./Notices";
import { SidePanel, type SideTab } from "./SidePanel";
import { type DraftState, Hands } from "./stage/hands";
import { openPicture } from "./stage/picture";
import type { Stage } from "./stage/stage";
import { StatusLine } from "./StatusLine";
import { Toolbar } from "./Toolbar";
import { ToolOptions } from "./ToolOptions";
import { useLooks } from "./useLooks";
import { useOpening } from "./useOpening";
import { useTalk } from "./talk/useTalk";
import { PropagateDialog } from "./video/PropagateDialog";
import { Timeline } from "./video/Timeline";
import { useVideo, type Video } from "./video/useVideo";
import { filterOf, useViewSettings } from "./viewSettings";
import { refusalOf, workOn, type WorkTracks } from "./work";

interface Props {
  project: Project;
  asset: Asset;
  labels: readonly LabelClass[];
  travel: Travel;
}

const REVIEW_WORDS: Record<Review, string> = {
  todo: "to do again",
  in_progress: "in progress",
  in_review: "ready for review",
  approved: "approved",
  rejected: "rejected",
};
/** A brush is its own cursor: the ring round what it paints. */
const CURSORS: Record<string, string> = { select: "default", brush: "none", eraser: "none" };
const NO_DRAFT: DraftState = { kind: null, waiting: false };

export function Annotator({ project, asset, labels, travel }: Props) {
  const { session, video } = useVideo(useSession({ asset, task: project.task }), asset);
  const { store, snapshot, show } = session;
  const { selection, locked } = snapshot;
  const { shapes } = snapshot.document;
  const view = useViewSettings();
  const desk = useDesk();
  const [visibility, setVisibility] = useState<Visibility>(ALL_SHOWN);
  const [stage, setStage] = useState<Stage | null>(null);
  const [hand, setHand] = useState(false);
  const [held, setHeld] = useState(false);
  const [help, setHelp] = useState(false);
  const [follows, setFollows] = useState(false);
  const [rejects, setRejects] = useState(false);
  const [tab, setTab] = useState<SideTab>("objects");
  const [still] = useState(() => (video ? video.film.picture : openPicture(asset.id)));
  const picture = video?.film.picture ?? still;
  const readout = useRef<HTMLSpanElement>(null);
  const looks = useLooks(labels, view.settings.patterns, view.settings.safeColors);
  const current = labels.some(({ id }) => id === desk.class) ? desk.class : (labels[0]?.id ?? null);
  const refusal = refusalOf(session.status);
  const work = workOn({ store, visibility, onVisibility: setVisibility, asset: asset.id, labels, refusal, tracks: video && tracksOfVideo(video) });

  const [assist] = useState(() => assistOn(asset.id, wantsOutline));
  const hands = useMemo(
    () => (stage ? new Hands({ stage, store, picture, show, assist }) : null),
    [stage, store, picture, show, assist],
  );
  const draft = useSyncExternalStore(hands?.subscribe ?? idle, hands?.state ?? (() => NO_DRAFT));

  const settings = useMemo(
    () => ({
      class: current,
      radius: desk.radius,
      snap: desk.snap,
      tolerance: desk.tolerance,
      hidden: hiddenFor(visibility, shapes),
      locked: visibility.locked,
    }),
    [current, desk.radius, desk.snap, desk.tolerance, visibility, shapes],
  );

  const { opacity, outlineOnly, grid } = view.settings;
  const style = useMemo(() => ({ opacity, outlineOnly }), [opacity, outlineOnly]);
  const framed = video?.snapshot.document;
  useEffect(() => {
    const isFaint = framed && ((shape: Shape) => !framed.isKey(shape.id));
    stage?.setShapes({ shapes, looks, style, isShown: (shape) => isShown(visibility, shape), isFaint });
  }, [stage, shapes, looks, style, visibility, framed]);
  const filter = filterOf(view.settings);
  useEffect(() => stage?.setAdjustments(filter, grid), [stage, filter, grid]);
  useEffect(() => {
    stage?.setOverlay({ selection, look: (current === null ? undefined : looks.get(current)) ?? UNKNOWN });
  }, [stage, selection, current, looks]);

  const pickClass = (id: string) => {
    changeDesk({ class: id });
    if (desk.tool === "select" && !locked) work.setClass(id);
  };
  const keyOf = useKeyNames();
  const change = useChangeAsset(asset.project, asset.id);
  const answering = useAnswering();
  const who = useWho();
  const judged = (state: Review) => {
    store.tell(`This image is ${REVIEW_WORDS[state]}.`);
    travel.done(state);
  };
  const reject = async (note: string) => {
    await change.mutateAsync({ review: "rejected", ...(note ? { note } : {}) });
    judged("rejected");
  };
  const review = (state: Review) => {
    if (answering) {
      if (state === "in_review") answering.ask();
      else store.tell("This is your own answer: it is handed in. Approving is for the image's annotations.");
      return;
    }
    if (state === "rejected") {
      setRejects(true);
      return;
    }
    change.mutate(
      { review: state },
      { onSuccess: () => judged(state), onError: (error) => notifyProblem("Changing the review state", error) },
    );
  };
  // The smart tool knows whole images only.
  const tools = video ? TOOLS.filter(({ id }) => id !== "smart") : TOOLS;
  const tool = tools.find(({ id }) => id === desk.tool) ?? TOOLS[0];
  const toolId = tool?.id ?? "select";
  usePrepared(asset.id, !locked && !video);
  useEffect(() => hands?.use(toolId, settings, refusal), [hands, toolId, settings, refusal]);
  // Shapes that others or undo have changed have handles somewhere else now.
  useEffect(() => hands?.refresh(), [hands, snapshot]);
  useEffect(() => () => hands?.leave(), [hands]);
  const talk = useTalk({
    asset,
    stage,
    frame: video?.state.shown ?? null,
    seek: video && ((frame) => video.film.seek(frame)),
    selection,
    onOpen: () => {
      setTab("comments");
      changeDesk({ side: true });
    },
  });
  const proposed = useProposed({
    asset,
    stage,
    store,
    looks,
    shapes,
    locked,
    // One's own answer is given without a model's help, and models propose for whole images.
    enabled: !answering && !video,
    onOpen: () => {
      setTab("proposals");
      changeDesk({ side: true });
    },
  });
  useOpening(stage);
  const side = tab === "proposals" && proposed.all.length === 0 ? "objects" : tab;
  const reach: Reach = {
    proposed,
    store,
    hands,
    stage,
    desk,
    labels,
    view: view.settings,
    onView: view.change,
    visibility,
    onVisibility: setVisibility,
    work,
    travel,
    pickClass,
    review,
    comment: talk.begin,
    nextComment: talk.next,
    help: () => setHelp(true),
    video,
    propagate: () => setFollows(true),
  };
  useKeys({
    run: (action) => perform(action, reach),
    other: (key) => pickByOwnKey(key, reach),
    space: setHeld,
    tap: () => video?.film.toggle(),
    video: video !== null,
  });
  const act = (action: string) => {
    perform(action, reach);
    focusPicture();
  };
  // Whoever takes hold of the picture wants it to stand still.
  const onPress = ({ target }: PointerEvent) => {
    if (target instanceof Element && target.closest("[role=application]")) video?.film.stop();
  };
  const onClick = (event: MouseEvent<HTMLDivElement>) => {
    if (handsBack(event)) focusPicture();
  };
  return (
    <div className={classes.page} onClick={onClick}>
      <TopBar
        asset={asset}
        travel={travel}
        session={session}
        view={view.settings}
        onView={view.change}
        keyOf={keyOf}
        onKeys={() => setHelp(true)}
        side={desk.side}
        onSide={() => changeDesk({ side: !desk.side })}
        onReview={review}
      />
      <Toolbar
        tools={tools.map(({ id, title, action }) => ({ id, title, hotkey: keyOf(action) }))}
        active={toolId}
        onPick={(id) => {
          setHand(false);
          changeDesk({ tool: id });
        }}
        locked={locked && session.status.state !== "loading"}
        hand={hand}
        onHand={() => setHand(!hand)}
      />
      <main className={classes.stage} onPointerDownCapture={onPress}>
        <ToolOptions
          tool={toolId}
          hint={tool?.hint ?? ""}
          settings={settings}
          onSettings={changeDesk}
          labels={labels}
          looks={looks}
          onClass={pickClass}
        >
          {toolId === "smart" && (
            <EngineChip
              assetId={asset.id}
              outline={desk.outline}
              onOutline={(outline) => changeDesk({ outline })}
              negative={desk.negative}
              onNegative={(negative) => changeDesk({ negative })}
            />
          )}
        </ToolOptions>
        <Canvas
          asset={asset}
          session={session}
          picture={picture}
          stage={stage}
          onStage={setStage}
          hands={hands}
          hand={hand || held}
          cursor={CURSORS[toolId] ?? "crosshair"}
          crosshair={view.settings.crosshair}
          radius={toolId === "brush" || toolId === "eraser" ? desk.radius : null}
          picks={toolId === "select"}
          readout={readout}
        >
          {session.problem != null && (
            <div className={classes.failed}>
              <ProblemAlert error={session.problem} doing="Loading the shapes" onRetry={session.reload} />
            </div>
          )}
          <CommentPins
            assetId={asset.id}
            frame={video?.state.shown ?? null}
            active={talk.active}
            onActive={talk.open}
            spot={talk.spot}
            watch={talk.watch}
          />
          <Notices notices={snapshot.notices} store={store} />
          <ConfirmBar draft={draft} act={act} keyOf={keyOf} />
          <StatusLine stage={stage} readout={readout} keyOf={keyOf} />
        </Canvas>
        {video && (
          <Timeline video={video} looks={looks} visibility={visibility} onVisibility={setVisibility} perform={(action) => perform(action, reach)} keyOf={keyOf} />
        )}
      </main>
      {desk.side && (
        <SidePanel
          asset={asset}
          tab={side}
          proposals={proposed.all.length > 0 ? <ProposalsPanel proposed={proposed} looks={looks} keyOf={keyOf} locked={locked} /> : null}
          onTab={setTab}
          openComments={asset.open_comments}
          comments={
            <CommentsPanel
              asset={asset}
              active={talk.active}
              onActive={talk.setActive}
              spot={talk.spot}
              onSpot={talk.setSpot}
              onShow={talk.show}
              hotkey={keyOf("comment")}
              canWrite={mayAnnotate(roleIn(who.data, project.workspace))}
            />
          }
          session={session}
          labels={labels}
          looks={looks}
          stage={stage}
          current={current}
          onCurrent={pickClass}
          visibility={visibility}
          onVisibility={setVisibility}
          work={work}
        />
      )}
      {video && <PropagateDialog opened={follows} onClose={() => setFollows(false)} asset={asset} video={video} looks={looks} status={session.status} />}
      <RejectDialog opened={rejects} onClose={() => setRejects(false)} onReject={reject} />
      <KeySheet opened={help} onClose={() => setHelp(false)} />
    </div>
  );
}

function wantsOutline(): boolean {
  return currentDesk().outline;
}

function tracksOfVideo({ store, snapshot: { document } }: Video): WorkTracks {
  return {
    shape(id) {
      const [first] = document.tracks.get(id)?.keys ?? [];
      return first && { ...first, id };
    },
    remove: store.removeTracks,
  };
}

function idle(): () => void {
  return () => undefined;
}
