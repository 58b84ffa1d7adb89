import type { Format, Project } from "@/api/types";

/** What this project has and the format cannot hold, in sentences; none where everything goes out as it is. */
export function losses(format: Format, project: Pick<Project, "media" | "task">): string[] {
  const media = format.media as readonly string[];
  const tasks = format.tasks as readonly string[];
  const told: string[] = [];
  if (project.media !== "image" && !media.includes("video")) {
    told.push("The videos of this project and their tracks do not go out as videos: frames that were drawn on go out as images.");
  }
  if (!tasks.includes(project.task)) {
    told.push(`Objects of one class are told apart in this project (${project.task}): in ${format.title} they become one area.`);
  }
  return told;
}
