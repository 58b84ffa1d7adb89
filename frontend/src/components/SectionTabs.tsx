import { NavLink } from "react-router";
import classes from "./SectionTabs.module.css";

/** Pages that belong together, below their common title. */
export function SectionTabs({ label, tabs }: { label: string; tabs: readonly { to: string; label: string }[] }) {
  return (
    <nav className={classes.tabs} aria-label={label}>
      {tabs.map(({ to, label: name }) => (
        <NavLink key={to} to={to} end className={classes.tab}>
          {name}
        </NavLink>
      ))}
    </nav>
  );
}
