// 交互图表: a button under a drawing that is there only where scripts run. The chart's own file is
// loaded when the button is pressed, and not before.

type Draw = (table: HTMLTableElement, place: HTMLElement, status: HTMLElement) => void;

let loading: Promise<Draw> | undefined;

function load(address: string): Promise<Draw> {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", () => {
      const draw = (globalThis as { gongxinChart?: Draw }).gongxinChart;
      if (draw === undefined) reject(new Error("no chart"));
      else resolve(draw);
    });
    script.addEventListener("error", () => reject(new Error("no chart")));
    document.head.append(script);
  });
  return loading;
}

async function show(button: HTMLButtonElement): Promise<void> {
  const table = button.closest(".chart")?.querySelector("table");
  if (table === null || table === undefined) return;
  const place = document.createElement("div");
  place.className = "interactive";
  place.tabIndex = 0;
  place.setAttribute("role", "application");
  place.setAttribute("aria-label", button.dataset.label ?? "");
  if (button.dataset.upright !== undefined) place.dataset.upright = "";
  const status = document.createElement("p");
  status.className = "note";
  status.setAttribute("role", "status");
  try {
    const draw = await load(button.dataset.chart ?? "");
    button.before(place, status);
    draw(table, place, status);
    status.textContent = button.dataset.keys ?? "";
    button.remove();
    place.focus();
  } catch {
    loading = undefined;
    status.textContent = button.dataset.failed ?? "";
    button.after(status);
  }
}

export function charts(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-chart][hidden]")) {
    button.hidden = false;
    button.addEventListener("click", () => void show(button));
  }
}
