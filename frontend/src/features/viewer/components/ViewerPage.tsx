import { Button, Loader, Progress, Text } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useEffect } from "react";
import { Link, useNavigate } from "react-router";
import { ProblemError } from "@/api/problem";
import type { Artifact } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { integer } from "@/components/format";
import { IconImages } from "@/components/icons";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useProjectId, useRouteId } from "@/components/route";
import { useShortcut } from "@/components/shortcuts";
import { useArtifact } from "@/features/artifacts/api/artifacts";
import { useArtifactTitles } from "@/features/artifacts/api/titles";
import { type Choice, choiceQuery, isFiltered, readChoice, withChoice } from "@/features/artifacts/model/choice";
import { look } from "@/features/classes/model/style";
import { annotatePath, NO_FILTERS } from "@/features/data/model/filters";
import type { Source } from "../api/urls";
import { type ImageRow, useImages, useSteps } from "../api/images";
import { type Address, type OnAddress, readAddress, withAddress } from "../model/address";
import type { Label } from "../model/indices";
import type { LayerId } from "../model/layers";
import { placeOf, stepName } from "../model/timeline";
import { handBack } from "./focusStage";
import { ImageList } from "./ImageList";
import { Legend } from "./Legend";
import { Stage } from "./Stage";
import { OneStep, Timeline } from "./Timeline";
import { TopBar } from "./TopBar";
import { readAhead } from "./useLayer";
import { useSearchEdit } from "./useSearchEdit";
import classes from "./Viewer.module.css";

/** The images of an evaluation in the whole window, layer by layer. The address says all that is seen. */
export function ViewerPage() {
  const artifact = useArtifact(useRouteId("artifactId"));
  const projectId = useProjectId();
  if (artifact.data) return <Viewer key={artifact.data.id} artifact={artifact.data} />;
  return (
    <div className={classes.page} data-alone>
      <div className={classes.message}>
        {artifact.error ? (
          <div style={{ maxWidth: 560 }}>
            <ProblemAlert error={artifact.error} doing="Opening the artifact" onRetry={() => void artifact.refetch()} />
            <Link className="tess-link" to={`/projects/${projectId}/artifacts`}>
              All artifacts
            </Link>
          </div>
        ) : (
          <Loader size="sm" aria-label="Loading" />
        )}
      </div>
    </div>
  );
}

/** A moment at an image before its neighbours are fetched. */
const AHEAD_MS = 250;

function Viewer({ artifact }: { artifact: Artifact }) {
  const navigate = useNavigate();
  const [search, edit] = useSearchEdit();
  const address = readAddress(search);
  const choice = readChoice(search);
  const titleOf = useArtifactTitles(artifact.project);
  const images = useImages(artifact.id, choice, address);
  const rows = images.data?.pages.flatMap(({ results }) => results) ?? [];
  const total = images.data?.pages[0]?.count ?? 0;
  const named = rows.findIndex(({ asset }) => asset === address.asset);
  const isLooking = address.asset !== null && named < 0 && images.hasNextPage && rows.length < MOST_ROWS;
  const place = isLooking ? -1 : Math.max(0, named);
  const row = rows[place];
  useDocumentTitle(`${row?.name ?? "Viewer"} · ${titleOf(artifact)} · Tessera`);
  useReadOn(images, isLooking);

  const labels = artifact.classes as Label[];
  const known = useSteps(artifact.run, row?.asset ?? null);
  const steps = known.data ?? [];
  const stepPlace = placeOf(steps, address.step, artifact);
  const step = address.step === null ? undefined : steps[stepPlace];
  const sourceOf = (asset: string): Source => ({
    artifact: step?.artifact ?? artifact.id,
    asset,
    look: look(labels.flatMap(({ id, color }) => (id === null ? [] : [{ id, color }]))),
    snapshot: choice.snapshot,
    split: choice.split,
    cell: address.cell,
    against: address.against,
    sample: step && step.artifact === null && step.step !== artifact.step ? step.overlay_url : null,
  });

  const onAddress: OnAddress = (change) => edit((before) => withAddress(before, typeof change === "function" ? change(readAddress(before)) : change));
  const onChoice = (change: Partial<Choice>) =>
    edit((before) => withAddress(withChoice(before, { ...readChoice(before), ...change }), { order: readAddress(before).order }));
  const go = (by: 1 | -1) =>
    onAddress((now) => {
      const from = Math.max(0, rows.findIndex(({ asset }) => asset === (now.asset ?? row?.asset)));
      const next = rows[from + by];
      if (!next && by === 1 && images.hasNextPage && !images.isFetchingNextPage) void images.fetchNextPage();
      return next ? { asset: next.asset } : {};
    });
  const goStep = (to: (place: number) => number) =>
    onAddress((now) => ({ step: stepName(steps, Math.min(steps.length - 1, Math.max(0, to(placeOf(steps, now.step, artifact)))), artifact) }));
  const cell = cellTitle(address.cell, labels);
  const back = backPath(artifact, choice, address);
  const here = `/projects/${artifact.project}/artifacts/${artifact.id}/viewer?${withAddress(search, { asset: row?.asset ?? null }).toString()}`;
  const annotate = row ? annotatePath(artifact.project, row.asset, new URLSearchParams({ back: here })) : null;
  useShortcut("j | ArrowRight | ArrowDown", "Next image", () => go(1), "Images");
  useShortcut("k | ArrowLeft | ArrowUp", "Image before", () => go(-1), "Images");
  useShortcut("e", "Annotate this image", () => annotate !== null && void navigate(annotate), "Images");
  useShortcut("Escape", "Back to the artifact", () => void navigate(back), "Images");
  useNeighboursAhead([rows[place + 1], rows[place - 1], rows[place + 2]], address, labels, sourceOf);

  const missing = images.error instanceof ProblemError && images.error.status === 404 && !images.data;
  return (
    <div className={classes.page} data-alone={missing || undefined} onClick={handBack}>
      <TopBar
        artifact={artifact}
        name={row?.name ?? ""}
        place={row ? `${integer(place + 1)} / ${integer(total)}` : ""}
        back={back}
        choice={choice}
        onChoice={onChoice}
        against={address.against}
        onAgainst={(against) => onAddress(forAgainst(address, against))}
        onPrevious={place > 0 ? () => go(-1) : null}
        onNext={place + 1 < total ? () => go(1) : null}
        annotate={annotate}
      />
      {missing ? (
        <div className={classes.message}>
          <EmptyState icon={<IconImages size={30} />} title="Not evaluated here" action={<Button component={Link} to={back}>Evaluate it</Button>}>
            The artifact was not evaluated on this split of this snapshot. Choose another evaluation above, or make this one on the artifact's page.
          </EmptyState>
        </div>
      ) : (
        <>
          <ImageList
            projectId={artifact.project}
            images={images}
            address={address}
            onAddress={onAddress}
            filters={choice.filters}
            onFilters={(filters) => onChoice({ filters })}
            labels={labels}
            cell={cell}
            current={row?.asset ?? null}
            onPick={(asset) => onAddress({ asset })}
          />
          <main className={row ? classes.main : classes.message}>
            {row ? (
              <Stage
                source={sourceOf(row.asset)}
                labels={labels}
                name={row.name}
                image={row}
                address={address}
                onAddress={onAddress}
                titles={{
                  ...(address.against === null ? {} : { other: titleOf({ id: address.against, name: "Other model" }) }),
                  ...(cell === null ? {} : { cell }),
                }}
              >
                <Legend labels={labels} hidden={address.hidden} onChange={(hidden) => onAddress({ hidden })} />
                {steps.length > 1 ? (
                  <Timeline
                    steps={steps}
                    place={stepPlace}
                    own={placeOf(steps, null, artifact)}
                    onPlace={goStep}
                  />
                ) : (
                  <OneStep isKnown={known.isFetched} />
                )}
              </Stage>
            ) : isLooking ? (
              <div className={classes.looking}>
                <Text size="sm">
                  Looking for the image in the list: {integer(rows.length)} of {integer(total)}
                </Text>
                <Progress value={(100 * rows.length) / Math.max(1, total)} aria-label="Looking for the image" />
              </div>
            ) : images.isPending ? (
              <Loader size="sm" aria-label="Loading" />
            ) : (
              <EmptyState
                icon={<IconImages size={30} />}
                title="No image to show"
                action={isFiltered(choice) && <Button variant="default" onClick={() => onChoice({ filters: NO_FILTERS })}>Take the filters away</Button>}
              >
                {images.error ? "The list could not be read." : "No image of this evaluation passes the filters."}
              </EmptyState>
            )}
          </main>
        </>
      )}
    </div>
  );
}

/** With a second model its layers take their places; without one, nothing asks for it any more. */
function forAgainst(address: Address, against: string | null): Partial<Address> {
  const isOf = (id: LayerId) => id === "other" || id === "difference";
  if (against === null) {
    const panes = address.panes.filter((id) => !isOf(id));
    return { against, panes, order: address.order === "-disagreement" ? "miou" : address.order, left: "truth", right: "prediction" };
  }
  if (address.against !== null) return { against };
  return { against, panes: ["truth", "prediction", "other", "difference"], left: "prediction", right: "other" };
}

/** "tree → wall": what is truth and what was predicted there. */
function cellTitle(cell: string | null, labels: readonly Label[]): string | null {
  if (cell === null) return null;
  return cell
    .split(",")
    .map((index) => labels.find((label) => label.index === Number(index))?.name ?? "?")
    .join(" → ");
}

/** Where the artifact's page shows the same evaluation: the matrix where a cell of it was opened. */
function backPath(artifact: Artifact, choice: Choice, { cell }: Address): string {
  const query = new URLSearchParams({ ...(cell === null ? {} : { view: "matrix" }), ...choiceQuery(choice) }).toString();
  return `/projects/${artifact.project}/artifacts/${artifact.id}${query === "" ? "" : `?${query}`}`;
}

/** Looking that far through the list for an image that the address names. */
const MOST_ROWS = 20_000;

/** An image that the address names may lie further down the list: it is read on until it is found. */
function useReadOn({ isFetchingNextPage, fetchNextPage, isError }: ReturnType<typeof useImages>, isLooking: boolean): void {
  useEffect(() => {
    if (isLooking && !isFetchingNextPage && !isError) void fetchNextPage();
  }, [isLooking, isFetchingNextPage, fetchNextPage, isError]);
}

/** The neighbours' layers that are looked at, so that the next image is there at once. */
function useNeighboursAhead(rows: readonly (ImageRow | undefined)[], { panes, mode, left, right }: Address, labels: readonly Label[], sourceOf: (asset: string) => Source): void {
  const layers = mode === "slider" ? [left, right] : panes;
  const key = `${rows.map((row) => row?.asset ?? "").join()} ${layers.join()}`;
  useEffect(() => {
    const timer = setTimeout(() => {
      for (const row of rows) if (row) readAhead(layers, sourceOf(row.asset), labels);
    }, AHEAD_MS);
    return () => clearTimeout(timer);
    // The key names all that is fetched.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key]);
}
