import { Button, Text } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import type { Asset } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { IconAlert, IconClose } from "@/components/icons";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useProjectId, useRouteId } from "@/components/route";
import { useClasses } from "@/features/classes/api/classes";
import { assetQuery, useAsset } from "@/features/data/api/assets";
import { useNeighbours } from "@/features/data/api/neighbours";
import { annotatePath, readFilters, writeFilters } from "@/features/data/model/filters";
import { useProjectLive } from "@/features/projects/api/live";
import { useProject } from "@/features/projects/api/projects";
import { queueQuery, type WorkRole } from "@/features/review/api/review";
import { readAhead } from "../api/annotations";
import { readBack } from "../model/view/back";
import { Annotator } from "./Annotator";
import classes from "./Annotator.module.css";
import type { Travel } from "./bar/TopBar";
import { openPicture } from "./stage/picture";

/** This image comes first: what comes next is fetched a little later. */
const AHEAD_MS = 600;

/** One image to annotate, in the whole window. The address carries the list it comes from. */
export function AnnotatePage() {
  const projectId = useProjectId();
  const assetId = useRouteId("assetId");
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const filters = readFilters(search);
  const query = writeFilters(filters);
  const project = useProject(projectId);
  const asset = useAsset(assetId);
  const labels = useClasses(projectId);
  const { previous, next, afterNext, place } = useNeighbours(projectId, assetId, filters);
  const queries = useQueryClient();
  useProjectLive(projectId);
  useDocumentTitle(`${asset.data?.name ?? "Annotate"} · Tessera`);

  const from = readBack(search, projectId);
  const back = from?.path ?? `/projects/${projectId}/data${query.size === 0 ? "" : `?${query.toString()}`}`;
  // The next images lead back to the same place.
  const carried = new URLSearchParams(query);
  if (from) carried.set("back", from.path);
  const travel: Travel = {
    back,
    backTitle: from?.title ?? null,
    leave: from && (() => void navigate(from.path)),
    place,
    previous,
    next,
    go: (id) => {
      if (id !== undefined) void navigate(annotatePath(projectId, id, carried), { replace: true });
    },
    done: (review) => {
      const role = filters.reviewer === "me" ? "reviewer" : "assignee";
      const isDone = role === "reviewer" ? review !== "in_review" : filters.assignee === "me" && review === "in_review";
      if (isDone) void goOn(role);
    },
  };
  const goOn = async (role: WorkRole) => {
    const queue = await queries.fetchQuery({ ...queueQuery(projectId, role), staleTime: 0 });
    if (queue.next === null) void navigate(`/projects/${projectId}/work`);
    else travel.go(queue.next.id);
  };
  // The next pictures are decoded, and their shapes read, while this one is worked on.
  const ready = asset.data?.status === "ready";
  const isVideo = asset.data?.media === "video";
  const hasStills = project.data?.media !== "video";
  useEffect(() => {
    if (!ready) return undefined;
    const timer = setTimeout(() => {
      for (const id of [previous, afterNext, next]) {
        if (id === undefined) continue;
        if (hasStills) openPicture(id);
        void queries.prefetchQuery(assetQuery(id));
        if (id !== afterNext) readAhead(id);
      }
      if (!isVideo) openPicture(assetId);
    }, AHEAD_MS);
    return () => clearTimeout(timer);
  }, [ready, assetId, previous, next, afterNext, queries, isVideo, hasStills]);

  const problem = asset.error ?? project.error ?? labels.error;
  if (asset.data && asset.data.status !== "ready") return <NotReady asset={asset.data} travel={travel} />;
  if (asset.data && project.data && labels.data) {
    return <Annotator key={assetId} project={project.data} asset={asset.data} labels={labels.data} travel={travel} />;
  }
  return (
    <div className={classes.page}>
      <div className={classes.message}>
        {problem != null && (
          <div style={{ maxWidth: 560 }}>
            <ProblemAlert
              error={problem}
              doing="Opening the image"
              onRetry={() => void Promise.all([asset.refetch(), project.refetch(), labels.refetch()])}
            />
            <Text size="sm" mt="sm">
              <Link className="tess-link" to={back}>
                {from?.title ?? "Back to the images"}
              </Link>
            </Text>
          </div>
        )}
      </div>
    </div>
  );
}

function NotReady({ asset, travel }: { asset: Asset; travel: Travel }) {
  const isRejected = asset.status === "rejected";
  return (
    <div className={classes.page}>
      <div className={classes.message}>
        <EmptyState
          icon={<IconAlert size={30} />}
          title={isRejected ? `${asset.name} cannot be annotated` : `${asset.name} is being processed`}
          action={
            <div style={{ display: "flex", gap: 8 }}>
              <Button component={Link} to={travel.back} variant="default" leftSection={<IconClose size={14} />}>
                {travel.backTitle ?? "Back to the images"}
              </Button>
              {travel.next !== undefined && <Button onClick={() => travel.go(travel.next)}>Next image</Button>}
            </div>
          }
        >
          {isRejected
            ? `${asset.error} Upload the file anew once it is repaired, or delete it.`
            : "It opens here by itself as soon as it is ready."}
        </EmptyState>
      </div>
    </div>
  );
}
