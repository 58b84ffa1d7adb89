import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { everyPage, type Page } from "@/api/paging";
import type { ApiKey, Invitation, Member, Role, Scope } from "@/api/types";

const at = (workspace: string, cursor?: string) => ({
  params: { path: { workspace_id: workspace }, query: { limit: 200, cursor } },
});
const keysKey = (workspace: string) => ["api-keys", workspace] as const;
const membersKey = (workspace: string) => ["members", workspace] as const;
const invitationsKey = (workspace: string) => ["invitations", workspace] as const;

export function useKeys(workspace: string) {
  return useQuery({
    queryKey: keysKey(workspace),
    queryFn: () =>
      everyPage<ApiKey>((cursor) => ok<Page<ApiKey>>(api.GET("/api/v1/workspaces/{workspace_id}/api-keys", at(workspace, cursor)))),
  });
}

export function useCreateKey(workspace: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { name: string; scopes: Scope[] }) =>
      ok<ApiKey>(
        api.POST("/api/v1/workspaces/{workspace_id}/api-keys", { params: { path: { workspace_id: workspace } }, body }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: keysKey(workspace) }),
  });
}

export function useRevokeKey(workspace: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => ok(api.DELETE("/api/v1/api-keys/{key_id}", { params: { path: { key_id: id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keysKey(workspace) }),
  });
}

export function useMembers(workspace: string) {
  return useQuery({
    queryKey: membersKey(workspace),
    queryFn: () =>
      everyPage<Member>((cursor) => ok<Page<Member>>(api.GET("/api/v1/workspaces/{workspace_id}/members", at(workspace, cursor)))),
  });
}

export function useChangeMember(workspace: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, role }: { id: string; role: Role }) =>
      ok<Member>(api.PATCH("/api/v1/members/{member_id}", { params: { path: { member_id: id } }, body: { role } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: membersKey(workspace) }),
  });
}

export function useRemoveMember(workspace: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => ok(api.DELETE("/api/v1/members/{member_id}", { params: { path: { member_id: id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: membersKey(workspace) }),
  });
}

export function useInvitations(workspace: string, enabled: boolean) {
  return useQuery({
    queryKey: invitationsKey(workspace),
    enabled,
    queryFn: () =>
      everyPage<Invitation>((cursor) =>
        ok<Page<Invitation>>(api.GET("/api/v1/workspaces/{workspace_id}/invitations", at(workspace, cursor))),
      ),
  });
}

export function useInvite(workspace: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { email: string; role: Role }) =>
      ok<Invitation>(
        api.POST("/api/v1/workspaces/{workspace_id}/invitations", { params: { path: { workspace_id: workspace } }, body }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: invitationsKey(workspace) }),
  });
}

export function useWithdrawInvitation(workspace: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => ok(api.DELETE("/api/v1/invitations/{invitation_id}", { params: { path: { invitation_id: id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: invitationsKey(workspace) }),
  });
}
