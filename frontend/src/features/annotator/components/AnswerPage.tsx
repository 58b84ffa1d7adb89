import { useDisclosure, useDocumentTitle } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { EmptyState } from "@/components/EmptyState";
import { IconAlert } from "@/components/icons";
import { notifyDone } from "@/components/notify";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useProjectId, useRouteId } from "@/components/route";
import { useClasses } from "@/features/classes/api/classes";
import { useOwnTasks } from "@/features/consensus/api/consensus";
import { answerPath, comparePath } from "@/features/consensus/model/paths";
import { useAsset } from "@/features/data/api/assets";
import { useProjectLive } from "@/features/projects/api/live";
import { useProject } from "@/features/projects/api/projects";
import { type Answering, AnsweringContext } from "../api/answering";
import { AnnotatePage } from "./AnnotatePage";
import { Annotator } from "./Annotator";
import classes from "./Annotator.module.css";
import type { Travel } from "./bar/TopBar";

/** An image to annotate: with everybody, or, where the address says `answer=mine`, as an answer of one's own. */
export function AnnotateRoute() {
  const [search] = useSearchParams();
  return search.get("answer") === "mine" ? <AnswerPage /> : <AnnotatePage />;
}

/** One's own answer to an image that several people label. The next image is the next that one was asked about. */
function AnswerPage() {
  const projectId = useProjectId();
  const assetId = useRouteId("assetId");
  const navigate = useNavigate();
  const queries = useQueryClient();
  const project = useProject(projectId);
  const asset = useAsset(assetId);
  const labels = useClasses(projectId);
  const own = useOwnTasks(projectId);
  const [isAsking, { open, close }] = useDisclosure(false);
  useProjectLive(projectId);
  useDocumentTitle(`Your answer: ${asset.data?.name ?? ""} · Tessera`);

  const back = `/projects/${projectId}/consensus`;
  const ids = own.data?.results.map((task) => task.asset.id) ?? [];
  const place = ids.indexOf(assetId);
  const previous = place > 0 ? ids[place - 1] : undefined;
  const next = ids[place + 1];
  const go = (id: string | undefined) => {
    if (id !== undefined) void navigate(answerPath(projectId, id), { replace: true });
  };
  const travel: Travel = { back, place: place < 0 ? "" : `${place + 1} / ${ids.length}`, previous, next, go, done: () => undefined };
  const following = next ?? ids.find((id) => id !== assetId);
  const answering = useMemo(
    (): Answering => ({
      isAsking,
      ask: open,
      giveUp: close,
      done() {
        close();
        void queries.invalidateQueries({ queryKey: ["consensus", projectId] });
        notifyDone(following === undefined ? "Handed in. That was your last image." : "Handed in. Here is your next image.");
        void navigate(following === undefined ? comparePath(projectId, assetId) : answerPath(projectId, following), { replace: true });
      },
    }),
    [isAsking, open, close, queries, projectId, assetId, following, navigate],
  );

  const problem = asset.error ?? project.error ?? labels.error;
  if (asset.data && (asset.data.status !== "ready" || asset.data.media === "video")) {
    return (
      <div className={classes.page}>
        <div className={classes.message}>
          <EmptyState icon={<IconAlert size={30} />} title={`There can be no answers to ${asset.data.name}`}>
            Answers are given to images that are ready.{" "}
            <Link className="tess-link" to={back}>
              Back to the rounds
            </Link>
          </EmptyState>
        </div>
      </div>
    );
  }
  if (asset.data && project.data && labels.data) {
    return (
      <AnsweringContext value={answering}>
        <Annotator key={assetId} project={project.data} asset={asset.data} labels={labels.data} travel={travel} />
      </AnsweringContext>
    );
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
          </div>
        )}
      </div>
    </div>
  );
}
