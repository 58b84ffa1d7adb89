import { type LayerId, layerOf, MOST_PANES, offered } from "./layers";
import { type Order, orderOf } from "./orders";

/** What the viewer's address says beside the evaluation and the filters, which are a `Choice` of the artifact's feature. */
export interface Address {
  asset: string | null;
  order: Order;
  /** The class, by its index, that IoU orders by. */
  label: number | null;
  /** "truth,prediction" by index. */
  cell: string | null;
  against: string | null;
  /** The step of the run whose prediction is looked at; null is the artifact's own. */
  step: number | null;
  panes: readonly LayerId[];
  mode: "grid" | "slider";
  left: LayerId;
  right: LayerId;
  /** Classes, by index, that are not drawn. */
  hidden: readonly number[];
}

/** Changes a part of the address; a function is given what it says just then. */
export type OnAddress = (change: Partial<Address> | ((address: Address) => Partial<Address>)) => void;

export function readAddress(search: URLSearchParams): Address {
  const cell = /^\d{1,4},\d{1,4}$/.test(search.get("cell") ?? "") ? search.get("cell") : null;
  const against = search.get("against");
  const has = { cell, against };
  const shown = new Set(offered(has).map(({ id }) => id));
  const known = (search.get("panes") ?? "").split(",").flatMap((id) => layerOf(id) ?? []);
  const panes = [...new Set(known)].filter((id) => shown.has(id)).slice(0, MOST_PANES);
  const side = (name: "left" | "right", fallback: LayerId) => {
    const id = layerOf(search.get(name));
    return id !== null && shown.has(id) ? id : fallback;
  };
  return {
    asset: search.get("asset"),
    order: orderOf(search.get("order"), has),
    label: whole(search.get("label")),
    cell,
    against,
    step: whole(search.get("step")),
    panes: panes.length === 0 ? firstPanes(has) : panes,
    mode: search.get("mode") === "slider" ? "slider" : "grid",
    left: side("left", against === null ? "truth" : "prediction"),
    right: side("right", against === null ? "prediction" : "other"),
    hidden: (search.get("hidden") ?? "").split(",").flatMap((one) => whole(one) ?? []),
  };
}

/** What is shown where nothing is chosen: what the question is about. */
function firstPanes({ cell, against }: { cell: string | null; against: string | null }): LayerId[] {
  if (cell !== null) return ["image", "truth", "prediction", "cell"];
  if (against !== null) return ["truth", "prediction", "other", "difference"];
  return ["image", "truth", "prediction", "errors"];
}

function whole(text: string | null): number | null {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** The same address with a part of it changed; what is null or empty is left out. */
export function withAddress(search: URLSearchParams, change: Partial<Address>): URLSearchParams {
  const next = new URLSearchParams(search);
  for (const [name, value] of Object.entries(change)) {
    const text = Array.isArray(value) ? value.join(",") : value === null || value === undefined ? "" : String(value);
    if (text === "") next.delete(name);
    else next.set(name, text);
  }
  if (change.mode === "grid") next.delete("mode");
  // Of a cell the order by its pixels goes without saying.
  if (change.order === (next.has("cell") ? "-pixels" : "miou")) next.delete("order");
  return next;
}
