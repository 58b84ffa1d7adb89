import { useEffect, useRef } from "react";
import { useSearchParams } from "react-router";

type Edit = (change: (before: URLSearchParams) => URLSearchParams) => void;

/**
 * The query of the address, and changes of it, each on top of the one before: keys come faster than pages are drawn,
 * and a change that is on its way is not yet what the router tells.
 */
export function useSearchEdit(): [URLSearchParams, Edit] {
  const [search, setSearch] = useSearchParams();
  const latest = useRef(search);
  const underway = useRef<string[]>([]);
  useEffect(() => {
    const arrived = underway.current.indexOf(search.toString());
    underway.current = underway.current.slice(arrived + 1);
    // An address that was not asked for here is somebody going back, or a link.
    if (arrived < 0 || underway.current.length === 0) {
      latest.current = search;
      underway.current = [];
    }
  }, [search]);
  const edit: Edit = (change) => {
    latest.current = change(latest.current);
    underway.current.push(latest.current.toString());
    setSearch(latest.current, { replace: true });
  };
  return [search, edit];
}
