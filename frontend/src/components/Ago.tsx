import { useEffect, useState } from "react";
import { ago, dateTime } from "./format";

/** How long ago, kept current; the exact time on hover. */
export function Ago({ time }: { time: string }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={time} title={dateTime(time)} style={{ whiteSpace: "nowrap" }}>
      {ago(time, now)}
    </time>
  );
}
