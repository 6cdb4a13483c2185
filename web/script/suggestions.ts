// Names while a query is typed: a combobox with a list (WAI-ARIA), nothing preselected, so that Enter
// sends what was typed. Input methods send half-typed pinyin: it is not asked for.

interface Meant {
  code: string;
  name: string;
  region: { zh: string; en: string | null } | null;
  formerly: string | null;
  until: string | null;
}

const WAIT = 200;
const LEAST = 2;

export function suggestions(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-suggest]:not([data-live])")) {
    const field = form.querySelector<HTMLInputElement>("input[type=search]");
    if (field !== null) {
      form.dataset.live = "";
      new Suggester(form, field).listen();
    }
  }
}

class Suggester {
  private readonly list = document.createElement("ul");
  private readonly status = document.createElement("p");
  private readonly english = document.documentElement.lang.startsWith("en");
  private asked: AbortController | undefined;
  private timer: number | undefined;
  private options: HTMLElement[] = [];
  private active = -1;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly field: HTMLInputElement,
  ) {
    this.list.id = `suggestions-${field.id}`;
    this.list.className = "suggestions";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", form.dataset.suggest ?? "");
    this.list.hidden = true;
    this.status.className = "hidden";
    this.status.setAttribute("role", "status");
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", this.list.id);
    field.setAttribute("aria-expanded", "false");
    form.append(this.list, this.status);
  }

  listen(): void {
    this.field.addEventListener("input", (event) => {
      if (!(event as InputEvent).isComposing) this.later();
    });
    this.field.addEventListener("compositionend", () => this.later());
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.form.addEventListener("focusout", (event) => {
      if (!this.form.contains(event.relatedTarget as Node | null)) this.close();
    });
  }

  private later(): void {
    clearTimeout(this.timer);
    this.asked?.abort();
    const query = this.field.value.trim();
    if ([...query].length < LEAST) {
      this.close();
      return;
    }
    this.timer = window.setTimeout(() => void this.ask(query), WAIT);
  }

  private async ask(query: string): Promise<void> {
    const asked = new AbortController();
    this.asked = asked;
    try {
      const address = `/api/v1/suggest?q=${encodeURIComponent(query)}`;
      const response = await fetch(address, { signal: asked.signal });
      const { items } = response.ok ? await response.json() : { items: [] };
      if (!asked.signal.aborted) this.show(items as Meant[]);
    } catch {
      if (!asked.signal.aborted) this.close();
    }
  }

  private show(items: Meant[]): void {
    this.options = items.map((item, place) => this.option(item, place));
    this.list.replaceChildren(...this.options);
    this.mark(-1);
    this.list.hidden = items.length === 0;
    this.field.setAttribute("aria-expanded", String(items.length > 0));
    this.status.textContent = `${items.length} ${this.form.dataset.count ?? ""}`;
  }

  private option(item: Meant, place: number): HTMLElement {
    const option = document.createElement("li");
    option.id = `suggestion-${place}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const name = document.createElement("span");
    name.textContent = item.name;
    const more = document.createElement("span");
    more.className = "more";
    const region = this.english ? (item.region?.en ?? item.region?.zh) : item.region?.zh;
    const until = item.until === null ? "" : ` (${this.form.dataset.until} ${item.until})`;
    const former = item.formerly === null ? "" : `${this.form.dataset.former} ${item.formerly}${until}`;
    more.textContent = [former, region, item.code].filter(Boolean).join(" · ");
    if (this.english) name.lang = "zh-Hans-CN";
    option.append(name, more);
    option.addEventListener("mousedown", (event) => event.preventDefault());
    option.addEventListener("click", () => this.open(item.code));
    option.dataset.code = item.code;
    return option;
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing || this.list.hidden) return;
    const last = this.options.length - 1;
    if (event.key === "ArrowDown") this.mark(this.active >= last ? -1 : this.active + 1);
    else if (event.key === "ArrowUp") this.mark(this.active < 0 ? last : this.active - 1);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && this.active >= 0) {
      this.open(this.options[this.active]?.dataset.code ?? "");
    } else return;
    event.preventDefault();
  }

  private mark(place: number): void {
    this.active = place;
    this.options.forEach((option, index) => {
      option.setAttribute("aria-selected", String(index === place));
    });
    const option = this.options[place];
    if (option === undefined) this.field.removeAttribute("aria-activedescendant");
    else {
      this.field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }
  }

  private open(code: string): void {
    const home = this.form.action.replace(/search(#.*)?$/, "");
    location.assign(`${home}subject/${encodeURIComponent(code)}`);
  }

  private close(): void {
    clearTimeout(this.timer);
    this.asked?.abort();
    this.list.hidden = true;
    this.options = [];
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }
}
