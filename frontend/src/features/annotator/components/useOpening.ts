import { useEffect, useEffectEvent } from "react";
import { useSearchParams } from "react-router";
import { readPlace } from "../model/view/opening";
import type { Stage } from "./stage/stage";

/** Shows the place that the address asks for, as soon as there is something to show it on. */
export function useOpening(stage: Stage | null): void {
  const [search] = useSearchParams();
  const place = search.get("at");
  const open = useEffectEvent(() => {
    const bounds = readPlace(place);
    if (bounds) stage?.show(bounds);
  });
  useEffect(() => open(), [stage]);
}
