let show: () => void = () => undefined;

/** The one shortcut sheet tells how it is opened; header and key ask for it here. */
export function registerShortcutSheet(open: () => void): void {
  show = open;
}

export function openShortcutSheet(): void {
  show();
}
