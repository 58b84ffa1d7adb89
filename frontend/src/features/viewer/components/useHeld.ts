import { useEffect, useState } from "react";

/** Whether a key is held down; not while somebody types or a control has it. */
export function useHeld(key: string): boolean {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    const aborted = new AbortController();
    const { signal } = aborted;
    const onDown = (event: KeyboardEvent) => {
      const isControl = event.target instanceof Element && event.target.closest("input, textarea, select, button, a, [role=dialog]") !== null;
      if (event.key === key && !isControl) setHeld(true);
    };
    window.addEventListener("keydown", onDown, { signal });
    window.addEventListener("keyup", (event) => event.key === key && setHeld(false), { signal });
    window.addEventListener("blur", () => setHeld(false), { signal });
    return () => aborted.abort();
  }, [key]);
  return held;
}
