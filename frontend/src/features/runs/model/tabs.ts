/** The pages below "Runs". */
export function runTabs(projectId: string) {
  return [
    { to: `/projects/${projectId}/runs`, label: "All runs" },
    { to: `/projects/${projectId}/runs/sweeps`, label: "Sweeps" },
  ];
}
