import type { Role } from "@/api/types";

export const ROLES: { value: Role; label: string }[] = [
  { value: "owner", label: "Owner" },
  { value: "admin", label: "Admin" },
  { value: "engineer", label: "Engineer" },
  { value: "annotator", label: "Annotator" },
  { value: "reviewer", label: "Reviewer" },
  { value: "viewer", label: "Viewer" },
];

export const ROLE_HELP: Record<Role, string> = {
  owner: "Everything, the workspace itself included.",
  admin: "Everything but the workspace itself: members, keys, projects.",
  engineer: "Manages projects, trains and deploys.",
  annotator: "Uploads images and labels them.",
  reviewer: "Labels, and approves or rejects labels.",
  viewer: "Sees everything and changes nothing.",
};
