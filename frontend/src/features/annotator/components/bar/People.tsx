import { Avatar, Tooltip } from "@mantine/core";
import type { Person } from "../../model/sync/types";
import classes from "./Bar.module.css";

const MOST = 5;

/** Who else is in this image, in the colours of their cursors. */
export function People({ people }: { people: readonly Person[] }) {
  if (people.length === 0) return null;
  const shown = people.slice(0, MOST);
  const more = people.length - shown.length;
  return (
    <div className={classes.people} role="group" aria-label="People in this image">
      {shown.map(({ session, user, color }) => (
        <Tooltip key={session} label={`${user.name} is here`}>
          <Avatar size={26} radius="xl" className={classes.person} style={{ "--person": color }} alt={user.name} tabIndex={0}>
            {initials(user.name)}
          </Avatar>
        </Tooltip>
      ))}
      {more > 0 && (
        <Tooltip label={people.slice(MOST).map(({ user }) => user.name).join(", ")}>
          <Avatar size={26} radius="xl" tabIndex={0} alt={`${more} more`}>
            +{more}
          </Avatar>
        </Tooltip>
      )}
    </div>
  );
}

function initials(name: string): string {
  const words = name.split(/[\s@.]+/).filter((word) => word !== "");
  return words.slice(0, 2).map((word) => word.charAt(0).toUpperCase()).join("") || "?";
}
