/** Calls through at most every `wait` milliseconds; the newest value always gets through. */
export function throttle<T>(send: (value: T) => void, wait: number): { put(value: T): void; stop(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waiting: { value: T } | null = null;
  const tick = () => {
    timer = undefined;
    if (waiting === null) return;
    const { value } = waiting;
    waiting = null;
    timer = setTimeout(tick, wait);
    send(value);
  };
  return {
    put(value) {
      waiting = { value };
      if (timer === undefined) tick();
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
      waiting = null;
    },
  };
}
