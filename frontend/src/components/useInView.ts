import { useEffect, useState } from "react";

/** Whether the element is on the screen or about to be: what is far away need not be drawn. */
export function useInView<T extends Element>(margin = "300px"): [(element: T | null) => void, boolean] {
  const [element, setElement] = useState<T | null>(null);
  const [inView, setInView] = useState(false);
  useEffect(() => {
    if (!element) return undefined;
    const observer = new IntersectionObserver(([entry]) => setInView(entry?.isIntersecting === true), { rootMargin: margin });
    observer.observe(element);
    return () => observer.disconnect();
  }, [element, margin]);
  return [setElement, inView];
}
