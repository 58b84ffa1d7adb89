import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok, setCsrfToken } from "@/api/client";
import type { Session } from "@/api/types";

export const sessionKey = ["session"] as const;

async function fetchSession(): Promise<Session> {
  const session = await ok<Session>(api.GET("/api/v1/session"));
  setCsrfToken(session.csrf_token);
  return session;
}

/** The session, and whether it ended by itself since this page was opened. */
export type KnownSession = Session & { ended?: boolean };

export function useSession() {
  return useQuery({
    queryKey: sessionKey,
    queryFn: async ({ client }): Promise<KnownSession> => {
      const before = client.getQueryData<KnownSession>(sessionKey);
      const session = await fetchSession();
      return { ...session, ended: !session.user && (before?.user != null || before?.ended === true) };
    },
    staleTime: 5 * 60_000,
  });
}

/** After a change of who is signed in: a new token, and nothing of the person before. */
function useSessionChange<T>(change: (input: T) => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (input: T) => {
      // Its token has to be there before anything may be sent, whichever page was opened first.
      await queries.ensureQueryData({ queryKey: sessionKey, queryFn: fetchSession });
      await change(input);
      return fetchSession();
    },
    onSuccess: (session) => {
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
      queries.setQueryData(sessionKey, session);
    },
  });
}

export function useSignIn() {
  return useSessionChange((body: { email: string; password: string }) => ok(api.POST("/api/v1/session", { body })));
}

export function useSignOut() {
  return useSessionChange(() => ok(api.DELETE("/api/v1/session")));
}

export interface Owner {
  email: string;
  password: string;
  name: string;
  workspace: string;
}

export function useSetUp() {
  return useSessionChange((body: Owner) => ok(api.POST("/api/v1/setup", { body })));
}

export function useAcceptInvitation() {
  return useSessionChange((body: { token: string; password: string; name: string }) =>
    ok(api.POST("/api/v1/invitations/accept", { body })),
  );
}
