import type { AnnotatorStore } from "../../model/store/types";
import type { Draft, PointerInput, Tool, ToolContext, ToolSettings } from "../../model/types";
import { makeTools } from "../../model/tools";
import type { Assist } from "../../model/tools/smart";
import { newId } from "../../model/newId";
import type { PictureHandle } from "./picture";
import type { Stage } from "./stage";

/** What panels show of a draft: which buttons there are to end it. */
export interface DraftState {
  readonly kind: Draft["kind"] | null;
  readonly waiting: boolean;
}

const IDLE: DraftState = { kind: null, waiting: false };

interface Options {
  stage: Stage;
  store: AnnotatorStore;
  picture: PictureHandle;
  assist: Assist;
  show: (draft: Draft | null) => void;
}

/** Puts the current tool between the pointer and the store. It lives beside React: a stroke renders no component. */
export class Hands {
  readonly #options: Options;
  readonly #context: ToolContext;
  readonly #listeners = new Set<() => void>();
  readonly #tools: ReadonlyMap<string, Tool>;
  #tool: Tool | null = null;
  #settings: ToolSettings = { class: null, radius: 12, snap: true, tolerance: 24, hidden: new Set(), locked: new Set() };
  #refusal = "";
  #draft: Draft | null = null;
  #state = IDLE;

  constructor(options: Options) {
    this.#options = options;
    const { stage, store, picture, assist } = options;
    this.#tools = makeTools(assist, () => this.refresh());
    const settings = () => this.#settings;
    this.#context = {
      get document() {
        return store.snapshot().document;
      },
      get settings() {
        return settings();
      },
      get selection() {
        return store.snapshot().selection;
      },
      get scale() {
        return stage.viewport.scale;
      },
      commit: (change, label) => store.commit(change, label),
      select: (ids) => store.select(ids),
      pixels: () => {
        const { width, height } = store.snapshot().document;
        return picture.pixels(width, height);
      },
      tell: (message) => store.tell(message),
      newId,
    };
  }

  /** `refusal` is what somebody is told who may not draw just now. */
  use(id: string, settings: ToolSettings, refusal: string): void {
    this.#refusal = refusal;
    const tool = this.#tools.get(id) ?? null;
    if (this.#tool !== tool) this.#tool?.leave(this.#context);
    this.#tool = tool;
    this.#settings = settings;
    this.refresh();
  }

  down(input: PointerInput): void {
    if (this.#refuses()) return;
    this.#tool?.down(input, this.#context);
    this.refresh();
  }

  move(input: PointerInput): void {
    this.#tool?.move(input, this.#context);
    this.refresh();
  }

  up(input: PointerInput): void {
    this.#tool?.up(input, this.#context);
    this.refresh();
  }

  double(input: PointerInput): void {
    if (this.#refuses()) return;
    if (this.#tool?.double) this.#tool.double(input, this.#context);
    else this.#tool?.down(input, this.#context);
    this.refresh();
  }

  act(action: string): boolean {
    const used = this.#tool?.act(action, this.#context) ?? false;
    this.refresh();
    return used;
  }

  /** An action that another tool knows how to do, such as moving the selection while a brush is held. */
  actWith(id: string, action: string): boolean {
    const used = this.#tools.get(id)?.act(action, this.#context) ?? false;
    this.refresh();
    return used;
  }

  get cursor(): string {
    return this.#tool?.cursor ?? "default";
  }

  leave(): void {
    this.#tool?.leave(this.#context);
    this.refresh();
  }

  /** Shows what the tool has now; called after every event, and by tools that learn something later. */
  refresh(): void {
    const draft = this.#tool?.draft(this.#context) ?? null;
    const handles = this.#tool?.handles?.(this.#context) ?? [];
    this.#options.stage.setOverlay({ draft, handles });
    if (draft !== this.#draft) this.#options.show(draft);
    this.#draft = draft;
    const kind = draft?.kind ?? null;
    const waiting = draft?.kind === "clicks" && draft.waiting;
    if (kind === this.#state.kind && waiting === this.#state.waiting) return;
    this.#state = kind === null ? IDLE : { kind, waiting };
    for (const listener of this.#listeners) listener();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): DraftState => this.#state;

  #refuses(): boolean {
    const looks = this.#tool?.id === "select" || this.#tool?.id === "lasso";
    if (!this.#options.store.snapshot().locked || looks) return false;
    this.#options.store.tell(this.#refusal);
    return true;
  }
}
