import { QueryClient } from "@tanstack/react-query";
import { ProblemError } from "@/api/problem";

const MOST_RETRIES = 2;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: true,
      retry: (count, error) => count < MOST_RETRIES && isPassing(error),
    },
    mutations: { retry: false },
  },
});

/** Worth asking again: the network or a restarting server, not a refusal. */
function isPassing(error: unknown): boolean {
  return !(error instanceof ProblemError) || error.status === 0 || error.status >= 502;
}
