import { useSearchParams } from "react-router";
import { type Choice, readChoice, withChoice } from "../../model/choice";

/** The evaluation that the address names, and how to name another one. What else the address says stays. */
export function useChoice(): [Choice, (change: Partial<Choice>) => void] {
  const [search, setSearch] = useSearchParams();
  const choice = readChoice(search);
  return [choice, (change) => setSearch((before) => withChoice(before, { ...readChoice(before), ...change }), { replace: true, preventScrollReset: true })];
}

/** One parameter of the address; null or its first value takes it away. */
export function useParameter(name: string, first = ""): [string, (value: string | null) => void] {
  const [search, setSearch] = useSearchParams();
  const set = (value: string | null) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === null || value === first) next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true, preventScrollReset: true },
    );
  return [search.get(name) ?? first, set];
}
