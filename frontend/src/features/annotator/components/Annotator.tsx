import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import type { Asset, LabelClass, Project } from "@/api/types";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useSession } from "../api/useSession";
import { hiddenFor, isShown } from "../model/view/visibility";
import { ALL_SHOWN, type Visibility } from "../model/view/visibility";
import { UNKNOWN } from "../model/view/looks";
import classes from "./Annotator.module.css";
import { TopBar, type Travel } from "./bar/TopBar";
import { Canvas } from "./Canvas";
import { ConfirmBar } from "./ConfirmBar";
import { changeDesk, useDesk } from "./deskState";
import { Notices } from "./Notices";
import { SidePanel } from "./SidePanel";
import { type DraftState, Hands } from "./stage/hands";
import { openPicture } from "./stage/picture";
import type { Stage } from "./stage/stage";
import { StatusLine } from "./StatusLine";
import { Toolbar } from "./Toolbar";
import { ToolOptions } from "./ToolOptions";
import { useLooks } from "./useLooks";
import { filterOf, useViewSettings } from "./viewSettings";
import { workOn } from "./work";

interface Props {
  project: Project;
  asset: Asset;
  labels: readonly LabelClass[];
  travel: Travel;
}

const NO_DRAFT: DraftState = { kind: null, waiting: false };

export function Annotator({ project, asset, labels, travel }: Props) {
  const session = useSession({ asset, task: project.task });
  const { store, snapshot, show } = session;
  const { document, selection, locked } = snapshot;
  const view = useViewSettings();
  const desk = useDesk();
  const [visibility, setVisibility] = useState<Visibility>(ALL_SHOWN);
  const [stage, setStage] = useState<Stage | null>(null);
  const [hand, setHand] = useState(false);
  const [held] = useState(false);
  const [picture] = useState(() => openPicture(asset.id));
  const readout = useRef<HTMLSpanElement>(null);
  const looks = useLooks(labels, view.settings.patterns, view.settings.safeColors);
  const current = labels.some(({ id }) => id === desk.class) ? desk.class : (labels[0]?.id ?? null);
  const work = workOn({ store, visibility, onVisibility: setVisibility });

  const hands = useMemo(
    () => (stage ? new Hands({ stage, store, picture, show, newId: () => crypto.randomUUID() }) : null),
    [stage, store, picture, show],
  );
  const draft = useSyncExternalStore(hands?.subscribe ?? idle, hands?.state ?? (() => NO_DRAFT));

  const { shapes } = document;
  const settings = useMemo(
    () => ({
      class: current,
      radius: desk.radius,
      snap: desk.snap,
      hidden: hiddenFor(visibility, shapes),
      locked: visibility.locked,
    }),
    [current, desk.radius, desk.snap, visibility, shapes],
  );

  const { opacity, outlineOnly, grid } = view.settings;
  const style = useMemo(() => ({ opacity, outlineOnly }), [opacity, outlineOnly]);
  useEffect(() => {
    stage?.setShapes({ shapes, looks, style, isShown: (shape) => isShown(visibility, shape) });
  }, [stage, shapes, looks, style, visibility]);
  const filter = filterOf(view.settings);
  useEffect(() => stage?.setAdjustments(filter, grid), [stage, filter, grid]);
  useEffect(() => {
    stage?.setOverlay({ selection, look: (current === null ? undefined : looks.get(current)) ?? UNKNOWN });
  }, [stage, selection, current, looks]);

  const pickClass = (id: string) => {
    changeDesk({ class: id });
    if (desk.tool === "select" && !locked) work.setClass(id);
  };
  const keyOf = () => "";

  return (
    <div className={classes.page}>
      <TopBar
        asset={asset}
        travel={travel}
        session={session}
        view={view.settings}
        onView={view.change}
        keyOf={keyOf}
        onKeys={() => undefined}
        side={desk.side}
        onSide={() => changeDesk({ side: !desk.side })}
      />
      <Toolbar tools={[]} active={desk.tool} onPick={(tool) => changeDesk({ tool })} locked={locked} hand={hand} onHand={() => setHand(!hand)} />
      <main className={classes.stage}>
        <ToolOptions
          tool={desk.tool}
          hint=""
          settings={settings}
          onSettings={({ radius, snap }) => changeDesk({ ...(radius === undefined ? {} : { radius }), ...(snap === undefined ? {} : { snap }) })}
          labels={labels}
          looks={looks}
          onClass={pickClass}
        />
        <Canvas
          asset={asset}
          session={session}
          picture={picture}
          stage={stage}
          onStage={setStage}
          hands={hands}
          hand={hand || held}
          cursor="crosshair"
          crosshair={view.settings.crosshair}
          radius={desk.tool === "brush" || desk.tool === "eraser" ? desk.radius : null}
          picks={desk.tool === "select"}
          readout={readout}
        >
          {session.problem != null && (
            <div className={classes.failed}>
              <ProblemAlert error={session.problem} doing="Loading the shapes" onRetry={session.reload} />
            </div>
          )}
          <Notices notices={snapshot.notices} store={store} />
          <ConfirmBar draft={draft} act={(action) => hands?.act(action)} keyOf={keyOf} />
          <StatusLine stage={stage} readout={readout} keyOf={keyOf} />
        </Canvas>
      </main>
      {desk.side && (
        <SidePanel
          asset={asset}
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
    </div>
  );
}

function idle(): () => void {
  return () => undefined;
}
