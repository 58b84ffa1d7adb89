import { Tabs, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import type { Asset, LabelClass } from "@/api/types";
import { IconComment, IconHistory, IconInfo } from "@/components/icons";
import { HistoryPanel } from "./talk/HistoryPanel";
import { useAnswering } from "../api/answering";
import type { AnnotatorSession } from "../api/useSession";
import type { ClassLook } from "../model/view/looks";
import { reorder } from "../model/view/order";
import type { Visibility } from "../model/view/visibility";
import classes from "./Annotator.module.css";
import { ClassPanel } from "./panels/ClassPanel";
import { InfoPanel } from "./panels/InfoPanel";
import { ObjectsPanel } from "./panels/ObjectsPanel";
import panels from "./panels/Panels.module.css";
import { SelectionBar } from "./panels/SelectionBar";
import type { Stage } from "./stage/stage";
import { useCounts } from "./useLooks";
import type { Work } from "./work";

export type SideTab = "objects" | "proposals" | "comments" | "history" | "info";

interface Props {
  asset: Asset;
  tab: SideTab;
  onTab: (tab: SideTab) => void;
  /** What the comments tab shows. */
  comments: ReactNode;
  /** What the proposals tab shows; null where no model proposes anything. */
  proposals: ReactNode;
  /** How many threads nobody has settled. */
  openComments: number;
  session: AnnotatorSession;
  labels: readonly LabelClass[];
  looks: ReadonlyMap<string, ClassLook>;
  stage: Stage | null;
  current: string | null;
  onCurrent: (id: string) => void;
  visibility: Visibility;
  onVisibility: (visibility: Visibility) => void;
  work: Work;
}

export function SidePanel(props: Props) {
  const { asset, tab, onTab, comments, proposals, openComments, session, labels, looks, stage, current, onCurrent, visibility, onVisibility, work } = props;
  const { snapshot, store } = session;
  const answering = useAnswering() !== null;
  const { document, selection, locked } = snapshot;
  const selected = [...selection].flatMap((id) => document.shape(id) ?? []);
  const show = (ids: Iterable<string>) => {
    const bounds = stage?.boundsOf(ids);
    if (bounds) stage?.show(bounds);
  };
  return (
    <aside className={classes.side} aria-label="Classes and objects">
      <ClassPanel
        projectId={asset.project}
        labels={labels}
        looks={looks}
        counts={useCounts(document.shapes)}
        current={current}
        onCurrent={onCurrent}
        visibility={visibility}
        onVisibility={onVisibility}
        canAdd={!locked}
      />
      <SelectionBar
        shapes={selected}
        labels={labels}
        task={document.task}
        isolated={visibility.only !== null}
        locked={locked}
        onClass={work.setClass}
        onMove={(move) => store.commit({ create: [], update: reorder(document.shapes, selection, move), delete: [] }, "Change the order")}
        onIsolate={work.isolate}
        onHide={work.hide}
        onShow={() => show(selection)}
        onDelete={() => work.remove([...selection])}
      />
      <Tabs value={tab} onChange={(value) => onTab(value as SideTab)} className={panels.tabs} classNames={{ list: panels.tabList, tab: panels.tab }} keepMounted={false}>
        <Tabs.List grow>
          <Tabs.Tab value="objects">Objects{document.shapes.length > 0 ? ` · ${document.shapes.length}` : ""}</Tabs.Tab>
          {proposals !== null && <Tabs.Tab value="proposals">Proposed</Tabs.Tab>}
          <IconTab value="comments" label={openComments > 0 ? `Comments · ${openComments}` : "Comments"} icon={<IconComment size={15} />} count={openComments} />
          {/* Going back is for the image's annotations, and what they were is not to be seen while one answers blind. */}
          {!answering && <IconTab value="history" label="History" icon={<IconHistory size={15} />} />}
          <IconTab value="info" label="Info" icon={<IconInfo size={15} />} />
        </Tabs.List>
        <Tabs.Panel value="objects" className={panels.tabPanel}>
          <ObjectsPanel
            shapes={document.shapes}
            looks={looks}
            selection={selection}
            onSelect={store.select}
            onHover={(id) => stage?.setOverlay({ hovered: id })}
            onShow={(id) => show([id])}
            onDelete={work.remove}
            visibility={visibility}
            onVisibility={onVisibility}
            locked={locked}
            {...(asset.media === "video" && { empty: "Nothing is seen on this frame. Draw here, or go to another frame." })}
          />
        </Tabs.Panel>
        <Tabs.Panel value="proposals" className={panels.tabPanel}>
          {proposals}
        </Tabs.Panel>
        <Tabs.Panel value="comments" className={panels.tabPanel}>
          {comments}
        </Tabs.Panel>
        <Tabs.Panel value="history" className={panels.tabPanel}>
          <HistoryPanel asset={asset} revision={asset.revision} canRestore={!locked && session.status.state === "saved"} />
        </Tabs.Panel>
        <Tabs.Panel value="info" className={panels.tabPanel}>
          <InfoPanel asset={asset} shapes={document.shapes} selected={selected} looks={looks} />
        </Tabs.Panel>
      </Tabs>
    </aside>
  );
}

function IconTab({ value, label, icon, count = 0 }: { value: SideTab; label: string; icon: ReactNode; count?: number }) {
  return (
    <Tooltip label={label}>
      <Tabs.Tab value={value} aria-label={label} className={panels.iconTab}>
        {icon}
        {count > 0 && <b>{count}</b>}
      </Tabs.Tab>
    </Tooltip>
  );
}
