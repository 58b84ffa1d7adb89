const KEY = "tessera.annotator.clipboard";

/** Puts shapes where the next paste finds them, in this browser and, where it is allowed, in other programs too. */
export function keepClip(text: string): void {
  try {
    localStorage.setItem(KEY, text);
  } catch {
    // Full or forbidden: the system's clipboard has it.
  }
  void navigator.clipboard?.writeText(text).catch(() => undefined);
}

/** What was copied last here; reading the system's clipboard would make the browser ask every time. */
export function keptClip(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
