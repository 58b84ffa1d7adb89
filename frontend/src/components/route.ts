import { useParams } from "react-router";

/** A parameter that the route of this page always has. */
export function useRouteId(name: string): string {
  const value = useParams()[name];
  if (value === undefined) throw new Error(`this route has no ${name}`);
  return value;
}

export function useProjectId(): string {
  return useRouteId("projectId");
}
