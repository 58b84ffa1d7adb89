import classes from "./MiddleCut.module.css";

const TAIL = 9;

/** A file name that loses its middle where it is too long: what tells names apart stands at both ends. */
export function MiddleCut({ text }: { text: string }) {
  const at = Math.max(0, text.length - TAIL);
  return (
    <span className={classes.name} title={text}>
      <span>{text.slice(0, at)}</span>
      <span>{text.slice(at)}</span>
    </span>
  );
}
