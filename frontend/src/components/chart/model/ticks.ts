const STEPS = [1, 2, 5];
const FEWEST = 3;
const MOST_OF_DECADE = 8;

/** Ticks of a logarithmic axis: 1, 2, 5 of each decade, evenly spaced ones where the range holds too few of these. */
export function logTicks(low: number, high: number): number[] {
  if (!(low > 0) || !(high > low)) return [];
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const mantissas = last - first > MOST_OF_DECADE ? [1] : STEPS;
  const ticks: number[] = [];
  for (let power = first; power <= last; power += 1) {
    for (const mantissa of mantissas) {
      const tick = Number((mantissa * 10 ** power).toPrecision(3));
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  }
  return ticks.length >= FEWEST ? ticks : evenTicks(low, high, 5);
}

/** About `count` round numbers in the range. */
export function evenTicks(low: number, high: number, count: number): number[] {
  const wanted = (high - low) / count;
  if (!(wanted > 0)) return [];
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = power * ([1, 2, 5, 10].find((one) => one * power >= wanted) ?? 10);
  const ticks: number[] = [];
  for (let index = Math.ceil(low / step); index * step <= high; index += 1) ticks.push(Number((index * step).toPrecision(10)));
  return ticks;
}

/** The top of an axis of shares: the next tenth above the highest, 1 at most. */
export function shareTop(high: number | null): number {
  return Math.min(1, Math.max(0.1, Math.ceil(((high ?? 1) + 1e-9) * 10) / 10));
}

/** Seconds as a clock says them: 45s, 2:05, 1:30:00. */
export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  if (whole < 60) return `${whole}s`;
  const minutes = Math.floor(whole / 60);
  if (whole < 3600) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Seconds since 1970 as this place's clock says them: 14:05; with the day 22 Nov 14:05; the day alone 22 Nov. */
export function wallClock(seconds: number, day: boolean | "day"): string {
  const date = new Date(seconds * 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const calendar = `${date.getDate()} ${MONTHS[date.getMonth()] ?? ""}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (day === "day") return calendar;
  return day ? `${calendar} ${time}` : time;
}
