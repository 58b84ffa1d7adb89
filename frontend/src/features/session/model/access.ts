import type { Role, Session } from "@/api/types";

const RANK: Record<Role, number> = { viewer: 0, reviewer: 1, annotator: 1, engineer: 2, admin: 3, owner: 4 };

/** Whether a role may create, train and deploy (engineers and up). */
export function mayBuild(role: Role | undefined): boolean {
  return role !== undefined && RANK[role] >= RANK.engineer;
}

/** Whether a role may draw and comment. */
export function mayAnnotate(role: Role | undefined): boolean {
  return role !== undefined && role !== "viewer";
}

/** Whether a role may approve, reject and settle what others drew. */
export function mayReview(role: Role | undefined): boolean {
  return role === "reviewer" || mayBuild(role);
}

/** Whether a role may manage people and keys. */
export function mayAdminister(role: Role | undefined): boolean {
  return role !== undefined && RANK[role] >= RANK.admin;
}

export function roleIn(session: Session | undefined, workspace: string | undefined): Role | undefined {
  return session?.workspaces.find(({ id }) => id === workspace)?.role;
}

/** Where to go after signing in: an address of this app, never another site. */
export function safeReturn(next: string | null): string {
  return next?.startsWith("/") === true && !next.startsWith("//") && !next.startsWith("/\\") ? next : "/projects";
}
