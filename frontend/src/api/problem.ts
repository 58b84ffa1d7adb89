/** An RFC 9457 problem document as the API sends it. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: { field: string; message: string }[];
}

export class ProblemError extends Error {
  constructor(
    readonly problem: Problem,
    readonly retryAfter: number | null = null,
  ) {
    super(problem.detail || problem.title);
    this.name = "ProblemError";
  }

  get status(): number {
    return this.problem.status;
  }
}

const FALLBACK_TITLES: Record<number, string> = {
  0: "The server cannot be reached",
  502: "The server is not answering",
  503: "The server is busy",
  504: "The server took too long",
};

/** The problem in a body, whatever the server or a proxy in between put there. */
export function readProblem(status: number, body: unknown): Problem {
  if (typeof body === "object" && body !== null && "title" in body && "status" in body) {
    return { detail: "", type: "about:blank", ...body } as Problem;
  }
  const title = FALLBACK_TITLES[status] ?? `The server answered ${status}`;
  return { type: "about:blank", title, status, detail: typeof body === "string" && body.length < 300 ? body : "" };
}

export function unreachable(): ProblemError {
  return new ProblemError({
    type: "about:blank",
    title: "The server cannot be reached",
    status: 0,
    detail: "No answer came back from Tessera.",
  });
}

/** What went wrong elsewhere, such as in a job, as any other problem is shown. */
export function toldProblem(error: { title?: string; detail?: string } | null | undefined): ProblemError {
  return new ProblemError({ type: "about:blank", title: error?.title ?? "The job failed", status: 400, detail: error?.detail ?? "" });
}

const NEXT_STEPS: Record<number, string> = {
  0: "Check that Tessera is running and that this computer can reach it, then try again.",
  401: "Sign in again to go on.",
  404: "It may have been deleted, or it belongs to a workspace you are not a member of.",
  409: "Reload to see the current state, then try again.",
  412: "Someone else changed this in the meantime. Reload and repeat your change.",
  413: "Send a smaller file, or split it into several.",
  415: "Choose a file of a supported type.",
  422: "Check the file or the values named above and try again.",
  429: "Wait a moment, then try again.",
  500: "Try again. If it happens again, the server's log has the details.",
  503: "Try again in a moment.",
};

export interface Explanation {
  title: string;
  detail: string;
  next: string;
  fields: { field: string; message: string }[];
}

/** What to show a person for anything that was thrown. */
export function explain(error: unknown): Explanation {
  if (error instanceof ProblemError) {
    const { title, detail, errors } = error.problem;
    const wait = error.retryAfter === null ? null : `Wait ${error.retryAfter} s, then try again.`;
    const next = wait ?? nextStep(error.problem);
    return { title, detail: detail === title ? "" : detail, next, fields: errors ?? [] };
  }
  const detail = error instanceof Error ? error.message : String(error);
  return { title: "Something went wrong in this page", detail, next: "Reload the page and try again.", fields: [] };
}

function nextStep({ status, detail }: Problem): string {
  if (status === 403) return refusalStep(detail);
  return NEXT_STEPS[status] ?? (status >= 500 ? (NEXT_STEPS[500] ?? "") : "");
}

/** A refusal has many reasons; a better role helps only against one of them. */
function refusalStep(detail: string): string {
  if (/\brole\b|only an owner/i.test(detail)) return "Ask an owner or admin of the workspace for a role that allows this.";
  return detail.includes("CSRF") ? "Reload the page, then try again." : "";
}

/** Problem fields as form errors: `spec.input_size.0` lands at `input_size.0` when `prefix` is `spec`. */
export function formErrors(error: unknown, prefix = ""): Record<string, string> {
  if (!(error instanceof ProblemError)) return {};
  const messages: Record<string, string> = {};
  for (const { field, message } of error.problem.errors ?? []) {
    const path = prefix !== "" && field.startsWith(`${prefix}.`) ? field.slice(prefix.length + 1) : field;
    messages[path] = messages[path] === undefined ? sentence(message) : `${messages[path]} ${sentence(message)}`;
  }
  return messages;
}

/** The errors that no control of the form shows, so that none is swallowed. */
export function strayErrors(errors: Record<string, string>, known: (path: string) => boolean): string[] {
  return Object.entries(errors)
    .filter(([path]) => path === "" || !known(path))
    .map(([path, message]) => (path === "" ? message : `${path}: ${message}`));
}

function sentence(message: string): string {
  const text = message.trim();
  if (text === "") return text;
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
