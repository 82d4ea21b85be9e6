/** @file A widget: its state, checked, told to the frontend and by it, and told to those who observe it. */
import { type Bundle, DISPLAY, inspectText } from "../display/index.ts";
import type { Json, JsonObject } from "../wire/index.ts";
import { host } from "./host.ts";
import { type Model, openModel } from "./model.ts";
import { referenceTo, type WireState } from "./registry.ts";
import { type Companion, snakeCase, type Trait, wireName } from "./traits.ts";

/** A kind of widget, such as all sliders of whole numbers. */
export interface Kind<State extends object> {
  /** As users know it. */
  readonly name: string;
  /** What the frontend finds it by: `_model_name` and the rest. */
  readonly names: Readonly<Record<string, Json>>;
  readonly traits: { readonly [Name in keyof State]: Trait<State[Name]> };
  /**
   * Makes the properties agree.
   *
   * @param next each property is fine by itself; may be changed
   * @param given which of them were just set
   * @throws RangeError when they cannot agree
   */
  settle?(next: State, given: ReadonlySet<string>): void;
  /** What is shown where no widget can be. */
  fallback?(state: State): Fallback | Promise<Fallback>;
}

export interface Fallback {
  readonly text: string;
  /** A picture, in base64. */
  readonly png?: string | undefined;
}

/** What is shown where no widget can be; a promise while it is drawn. */
export const FALLBACK = Symbol("fallback");

/** What an observer is told. */
export interface Change<Value> {
  readonly name: string;
  readonly old: Value;
  readonly new: Value;
  /** The widget. */
  readonly owner: object;
}

/** What every widget has. */
export interface WidgetBase {
  /** Of its model. */
  readonly id: string;
  /** Sends a message of one's own to the widget's page. */
  send(content: JsonObject, buffers?: readonly ArrayBufferView[]): void;
  /** Calls the listener for each such message of the page; returns what ends that. */
  onMsg(listener: (content: Json, buffers: readonly Uint8Array[]) => unknown): () => void;
  /** Takes the widget out of the page. */
  close(): void;
  [DISPLAY](): Bundle | Promise<Bundle>;
  [FALLBACK](): Fallback | Promise<Fallback>;
}

/** What a widget of some state has beside its properties. */
export interface Observable<State extends object> {
  /**
   * Calls the listener when a property has changed; returns what ends that. What it prints and throws after a change in
   * the page is shown under the cell that called `observe`.
   */
  observe<Name extends keyof State & string>(
    name: Name,
    listener: (change: Change<State[Name]>) => unknown,
  ): () => void;
  /** Sets several properties at once. */
  set(changes: Partial<State>): void;
}

export type WidgetOf<State extends object> = WidgetBase & Observable<State> & State;

/** How widgets of a kind are made. */
export type WidgetClass<State extends object> = new (options?: Partial<State>) => WidgetOf<State>;

const WIDGET_VIEW = "application/vnd.jupyter.widget-view+json";

type Properties = Record<string, unknown>;

interface Listener<Call> {
  readonly call: Call;
  /** Where its output is shown. */
  readonly cell: string;
}

type Observer = Listener<(change: Change<unknown>) => unknown> & { readonly name: string };

/** The class of a kind of widgets. */
export function defineWidget<State extends object>(kind: Kind<State>): WidgetClass<State> {
  const named = {
    [kind.name]: class extends Widget {
      constructor(options: Partial<State> = {}) {
        super(kind as unknown as Kind<Properties>, options as Properties);
      }
    },
  };
  const made = named[kind.name] as unknown as WidgetClass<State>;
  for (const name of Object.keys(kind.traits)) {
    Object.defineProperty(made.prototype, name, {
      get(this: Widget) {
        return this.get(name);
      },
      set(this: Widget, value: unknown) {
        this.set({ [name]: value });
      },
      enumerable: true,
    });
  }
  return made;
}

/** True for a widget of this package. */
export function isWidget(value: unknown): value is WidgetBase {
  return value instanceof Widget;
}

/** A cell that ends with `observe(...)` shows nothing. */
function ending(end: () => void): () => void {
  return Object.defineProperty(end, DISPLAY, { value: () => ({}) });
}

class Widget implements WidgetBase {
  readonly #kind: Kind<Properties>;
  readonly #cell = host.cell();
  readonly #observers = new Set<Observer>();
  readonly #receivers = new Set<Listener<(content: Json, buffers: readonly Uint8Array[]) => unknown>>();
  readonly #companions = new Map<string, Model>();
  readonly #model: Model;
  #state: Properties;

  constructor(kind: Kind<Properties>, options: Properties) {
    this.#kind = kind;
    if (typeof options !== "object" || options === null || Array.isArray(options)) {
      const hint = `new ${kind.name}({ ${Array.isArray(options) && "children" in kind.traits ? "children: [...]" : "..."} })`;
      throw new TypeError(
        `${kind.name} requires its properties by name, got ${inspectText(options)} (hint: write ${hint})`,
      );
    }
    const initial = Object.fromEntries(Object.entries(kind.traits).map(([name, trait]) => [name, trait.initial]));
    this.#state = this.#settled(initial, options);
    this.#model = openModel({
      widget: this,
      state: () => ({ ...kind.names, ...this.#wireState(Object.keys(kind.traits)) }),
      update: (sent) => this.#takeUpdate(sent),
      custom: (content, buffers) => this.receive(content, buffers),
    });
  }

  get id(): string {
    return this.#model.id;
  }

  get(name: string): unknown {
    return this.#state[name];
  }

  set(changes: Properties): void {
    const changed = this.#apply(this.#settled(this.#state, changes));
    this.#model.send("update", this.#wireState(changed.map(({ name }) => name)));
    for (const change of changed) for (const { call } of this.#observing(change)) call(change);
  }

  observe(name: string, call: (change: Change<unknown>) => unknown): () => void {
    this.#trait(name);
    const observer = { name, call, cell: host.cell() };
    this.#observers.add(observer);
    return ending(() => this.#observers.delete(observer));
  }

  send(content: JsonObject, buffers: readonly ArrayBufferView[] = []): void {
    this.#model.sendCustom(content, buffers);
  }

  onMsg(call: (content: Json, buffers: readonly Uint8Array[]) => unknown): () => void {
    const receiver = { call, cell: host.cell() };
    this.#receivers.add(receiver);
    return ending(() => this.#receivers.delete(receiver));
  }

  close(): void {
    this.#model.close();
    for (const companion of this.#companions.values()) companion.close();
  }

  /** A message of the page's own. */
  async receive(content: Json, buffers: readonly Uint8Array[]): Promise<void> {
    for (const { call, cell } of this.#receivers) await host.callUnder(cell, () => call(content, buffers));
  }

  [DISPLAY](): Bundle | Promise<Bundle> {
    const view = { version_major: 2, version_minor: 0, model_id: this.id };
    const bundle = ({ text, png }: Fallback): Bundle => {
      return { [WIDGET_VIEW]: view, ...(png === undefined ? {} : { "image/png": png }), "text/plain": text };
    };
    const fallback = this[FALLBACK]();
    return fallback instanceof Promise ? fallback.then(bundle) : bundle(fallback);
  }

  [FALLBACK](): Fallback | Promise<Fallback> {
    return this.#kind.fallback?.(this.#state) ?? { text: this.#kind.name };
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    const fallback = this[FALLBACK]();
    return fallback instanceof Promise ? this.#kind.name : fallback.text;
  }

  /** The state with changes, if that is one. */
  #settled(before: Properties, changes: Properties): Properties {
    const { name: kind, settle } = this.#kind;
    const given = Object.entries(changes).filter(([, value]) => value !== undefined);
    for (const [name, value] of given) {
      const { accepts, expected } = this.#trait(name);
      if (!accepts(value)) throw new TypeError(`${kind} requires ${name} to be ${expected}, got ${inspectText(value)}`);
    }
    const next = { ...before, ...Object.fromEntries(given) };
    settle?.(next, new Set(given.map(([name]) => name)));
    return next;
  }

  #apply(next: Properties): Change<unknown>[] {
    const before = this.#state;
    this.#state = next;
    return Object.keys(next)
      .filter((name) => !Object.is(before[name], next[name]))
      .map((name) => ({ name, old: before[name], new: next[name], owner: this }));
  }

  /** As they are now: an observer may end another, or itself. */
  #observing({ name }: Change<unknown>): Observer[] {
    return [...this.#observers].filter((observer) => observer.name === name);
  }

  #trait(name: string): Trait<unknown> {
    const { traits } = this.#kind;
    if (Object.hasOwn(traits, name)) return traits[name] as Trait<unknown>;
    throw new TypeError(
      `${this.#kind.name} requires one of ${Object.keys(traits).join(", ")}, got ${inspectText(name)}`,
    );
  }

  #wireState(names: readonly string[]): WireState {
    const parts = names.map((name) => {
      const trait = this.#trait(name);
      const value = this.#state[name];
      const companion = trait.companion;
      const sent = companion === undefined ? (trait.toWire?.(value) ?? value) : this.#companion(name, companion);
      return [wireName(name, trait), sent] as const;
    });
    return Object.fromEntries(parts.filter(([wire]) => wire !== null));
  }

  /** The reference to a layout or style, made when there is something to say. */
  #companion(name: string, { names, keys }: Companion): string | null {
    const known = this.#companions.get(name);
    const values = this.#state[name] as Properties;
    if (known === undefined && Object.keys(values).length === 0) return null;
    const state = (): WireState =>
      Object.fromEntries(keys.map((key) => [snakeCase(key), (this.#state[name] as Properties)[key] ?? null]));
    if (known === undefined) {
      const whole = { widget: undefined, state: () => ({ ...names, ...state() }), update() {}, custom() {} };
      this.#companions.set(name, openModel(whole));
    } else known.send("update", state());
    return referenceTo((this.#companions.get(name) as Model).id);
  }

  /** The frontend has changed properties: it is told that this has come, and what became of it. */
  async #takeUpdate(sent: WireState): Promise<void> {
    const { traits, name: kind } = this.#kind;
    const known = Object.entries(traits).flatMap(([name, trait]) => {
      const wire = wireName(name, trait);
      return wire !== null && Object.hasOwn(sent, wire) ? [{ name, wire, trait }] : [];
    });
    this.#model.send("echo_update", Object.fromEntries(known.map(({ wire }) => [wire, sent[wire]])));
    let changed: Change<unknown>[];
    try {
      const changes = known.map(({ name, wire, trait }) => {
        if (trait.readonly) throw new TypeError(`${kind} requires ${name} to be set by the kernel alone`);
        return [name, trait.fromWire === undefined ? sent[wire] : trait.fromWire(sent[wire])];
      });
      changed = this.#apply(this.#settled(this.#state, Object.fromEntries(changes)));
    } catch (refusal) {
      this.#model.send("update", this.#wireState(known.map(({ name }) => name)));
      return host.callUnder(this.#cell, () => Promise.reject(refusal));
    }
    const now = this.#wireState([...new Set([...known, ...changed].map(({ name }) => name))]);
    const news = Object.entries(now).filter(([wire, value]) => JSON.stringify(value) !== JSON.stringify(sent[wire]));
    if (news.length > 0) this.#model.send("update", Object.fromEntries(news));
    for (const change of changed) {
      for (const { call, cell } of this.#observing(change)) await host.callUnder(cell, () => call(change));
    }
  }
}
