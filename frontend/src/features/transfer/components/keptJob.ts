import { useState } from "react";

/** The id of the last job of a kind that was started here, kept over reloads of the page. */
export function useKeptJob(projectId: string, kind: "import" | "export"): [string | null, (id: string | null) => void] {
  const key = `tessera.${kind}.${projectId}`;
  const [id, setId] = useState(() => sessionStorage.getItem(key));
  const keep = (next: string | null) => {
    if (next === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, next);
    setId(next);
  };
  return [id, keep];
}
