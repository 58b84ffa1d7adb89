import { isJunk } from "./uploads";

export interface Dropped {
  file: File;
  /** Relative, with the folders it was in: "street/night/001.jpg". */
  path: string;
}

/** Files with their folders from what was chosen: of a folder the browser tells the path. */
export function chosen(files: Iterable<File>): Dropped[] {
  return [...files]
    .map((file) => ({ file, path: file.webkitRelativePath === "" ? file.name : file.webkitRelativePath }))
    .filter(({ path }) => !isJunk(path));
}

/** Everything that was dropped, folders looked through to their last file. Call it while the drop is handled. */
export async function dropped(transfer: DataTransfer): Promise<Dropped[]> {
  // The entries have to be taken at once: behind the first `await` the transfer is empty.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
  if (entries.every((entry) => entry === null)) return chosen(transfer.files);
  const found: Dropped[] = [];
  for (const entry of entries) if (entry !== null) await look(entry, "", found);
  return found.filter(({ path }) => !isJunk(path));
}

async function look(entry: FileSystemEntry, folder: string, found: Dropped[]): Promise<void> {
  const path = `${folder}${entry.name}`;
  if (isJunk(path)) return;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    found.push({ file, path });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A hundred at a time, until there are none.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    for (const each of some) await look(each, `${path}/`, found);
  }
}
