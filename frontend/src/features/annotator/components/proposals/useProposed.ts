import { useCallback, useEffect, useEffectEvent, useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import type { Asset } from "@/api/types";
import { notifyProblem } from "@/components/notify";
import { useDecide, useProposals } from "@/features/proposals/api/proposals";
import { changeOf, changeText, following, over, type Proposal, step } from "@/features/proposals/model/proposals";
import type { AnnotatorStore } from "../../model/store/types";
import { readGeometry, type WireShape } from "../../model/sync/wire";
import type { Geometry, Shape } from "../../model/types";
import { type ClassLook, UNKNOWN } from "../../model/view/looks";
import { formOf } from "../stage/forms";
import type { Stage } from "../stage/stage";

const EVERYTHING: readonly Proposal[] = [];
const NONE: ReadonlySet<string> = new Set();
const LEAST = 0.5;
/** How often, and how many times, it is looked for shapes that the server has made. */
const LOOK_MS = 100;
const LOOKS = 50;

interface Options {
  asset: Asset;
  stage: Stage | null;
  store: AnnotatorStore;
  looks: ReadonlyMap<string, ClassLook>;
  /** The shapes that are there. */
  shapes: readonly Shape[];
  /** Why nothing can be accepted here; null where it can. */
  locked: boolean;
  enabled: boolean;
  onOpen: () => void;
}

export type Proposed = ReturnType<typeof useProposed>;

/** What models propose for this image: shown from a score on, stepped through, taken over or turned down. */
export function useProposed({ asset, stage, store, looks, shapes, locked, enabled, onOpen }: Options) {
  const [least, setLeast] = useState(LEAST);
  const [active, setActive] = useState<string | null>(null);
  const query = useProposals(asset.id, enabled && asset.proposal_count > 0);
  const { accept, reject } = useDecide(asset.project, asset.id);
  const all = (enabled && asset.proposal_count > 0 ? query.data?.results : undefined) ?? EVERYTHING;
  // What was decided on is gone at once: a quick hand is not kept waiting, and does not decide twice.
  const [decided, setDecided] = useState<ReadonlySet<string>>(NONE);
  const open = useMemo(() => all.filter(({ id }) => !decided.has(id)), [all, decided]);
  const shown = useMemo(() => over(open, least), [open, least]);
  const nameOf = useCallback(
    (each: Proposal) => {
      const shape = each.replaces == null ? undefined : shapes.find(({ id }) => id === each.replaces);
      return changeText(changeOf(each), (looks.get(each.class) ?? UNKNOWN).name, shape ? (looks.get(shape.class) ?? UNKNOWN).name : null);
    },
    [shapes, looks],
  );
  const marks = useMemo(
    () =>
      shown.map((each) => ({
        id: each.id,
        text: `${nameOf(each)} ${Math.round(each.score * 100)} %`,
        color: (looks.get(each.class) ?? UNKNOWN).color,
        removes: changeOf(each) === "remove",
        form: formOf(geometryOf(each)),
      })),
    [shown, looks, nameOf],
  );
  useEffect(() => stage?.setProposals({ marks, active }), [stage, marks, active]);

  const show = (proposal: Proposal) => {
    setActive(proposal.id);
    const [left = 0, top = 0, width = 0, height = 0] = proposal.box;
    stage?.revealAt([left + width / 2, top + height / 2]);
  };
  // An address can name the proposal that it is about: it is shown, however little it scores.
  const [search] = useSearchParams();
  const named = all.find(({ id }) => id === search.get("proposal"));
  const showNamed = useEffectEvent(() => {
    if (!named || !stage) return;
    setLeast((before) => Math.min(before, named.score));
    setActive(named.id);
    onOpen();
  });
  useEffect(() => {
    const frame = requestAnimationFrame(() => showNamed());
    return () => cancelAnimationFrame(frame);
  }, [named?.id, stage]);

  const go = (by: 1 | -1) => {
    const next = step(shown, active, by);
    if (!next) {
      store.tell(open.length > 0 ? `No proposal scores ${Math.round(least * 100)} % or more.` : "No model proposes anything here. Pre-label images under Data.");
      return;
    }
    onOpen();
    show(next);
  };
  const decide = (ids: readonly string[], verdict: "accept" | "reject", then?: (made: readonly string[]) => void) => {
    if (locked) {
      store.tell("This image cannot be changed by you.");
      return;
    }
    if (ids.length === 0) {
      store.tell("Go to a proposal first, or accept them from the list.");
      return;
    }
    setActive(following(shown, active, new Set(ids)));
    setDecided((before) => new Set([...before, ...ids]));
    const onError = (error: Error) => {
      setDecided((before) => new Set([...before].filter((id) => !ids.includes(id))));
      notifyProblem(verdict === "accept" ? "Accepting" : "Rejecting", error);
    };
    if (verdict === "reject") {
      reject.mutate(ids, { onError });
      return;
    }
    accept.mutate(ids, {
      onSuccess: ({ accepted }) => {
        if (accepted.length < ids.length) store.tell("What it was to change is not there any more.");
        const made = accepted.flatMap(({ annotation }) => annotation ?? []);
        const added = accepted.filter(({ proposal }) => open.every((each) => each.id !== proposal || changeOf(each) === "add"));
        if (added.some(({ annotation }) => annotation === null)) store.tell("Of some nothing was left: what people drew stays as it is.");
        then?.(made);
      },
      onError,
    });
  };
  return {
    all: open,
    shown,
    least,
    setLeast,
    active,
    nameOf,
    show,
    next: () => go(1),
    previous: () => go(-1),
    accept: () => decide(active === null ? [] : [active], "accept"),
    /** To be changed at once: what it became is selected. */
    edit: (id: string) => decide([id], "accept", (made) => selectWhenThere(store, made)),
    reject: () => decide(active === null ? [] : [active], "reject"),
    acceptAll: () => decide(shown.map(({ id }) => id), "accept"),
    acceptOne: (id: string) => decide([id], "accept"),
    rejectOne: (id: string) => decide([id], "reject"),
    rejectRest: () => decide(open.filter(({ score }) => score < least).map(({ id }) => id), "reject"),
    query,
  };
}

/** Shapes that the server made come by the socket, a moment after its answer. */
function selectWhenThere(store: AnnotatorStore, ids: readonly string[], looks = LOOKS): void {
  const { document } = store.snapshot();
  if (ids.every((id) => document.shape(id) !== undefined)) store.select(ids);
  else if (looks > 0) setTimeout(() => selectWhenThere(store, ids, looks - 1), LOOK_MS);
}

const geometries = new WeakMap<Proposal, Geometry>();

/** Made once: what is drawn of a geometry is remembered by it. */
function geometryOf(proposal: Proposal): Geometry {
  const known = geometries.get(proposal);
  if (known) return known;
  const made = readGeometry(proposal as Pick<WireShape, "polygons" | "mask" | "bbox">);
  geometries.set(proposal, made);
  return made;
}
