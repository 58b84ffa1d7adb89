import { Badge } from "@mantine/core";

/** What people have named an artifact of a project: the one that others are held against, or one that might become it. */
export function RoleBadge({ role }: { role: "champion" | "challenger" | null }) {
  if (role === null) return null;
  const isChampion = role === "champion";
  return (
    <Badge size="sm" variant={isChampion ? "filled" : "light"} color={isChampion ? "tile" : "violet"} tt="none">
      {role}
    </Badge>
  );
}
