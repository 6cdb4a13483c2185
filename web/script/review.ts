// The keys of the queue of held rows. Each is a button or a link of the page, or a field; they live only
// while the focus is in the queue and not in a field, and can be switched off (WCAG 2.1.4).

const KEPT = "gongxin-review-keys";
const queue = document.getElementById("queue");
let sent = false;

function isOn(): boolean {
  try {
    return localStorage.getItem(KEPT) !== "off";
  } catch {
    return true;
  }
}

function keep(on: boolean): void {
  try {
    localStorage.setItem(KEPT, on ? "on" : "off");
  } catch {
    // A browser that keeps nothing has them on.
  }
}

/** True where letters are typed. */
function isField(target: Element): boolean {
  return target.matches("textarea, select, input:not([type=radio], [type=checkbox])");
}

function marked(): HTMLInputElement | null {
  return document.querySelector<HTMLInputElement>("#whose input[name=code]:checked");
}

/** Opens the public page of the marked candidate, of the first where none is. */
function open(): void {
  const of = marked()?.closest(".candidate") ?? document.querySelector(".candidate");
  const link = of?.querySelector<HTMLAnchorElement>("a[data-open]");
  if (link) window.open(link.href, "_blank", "noopener");
}

function confirm(): void {
  document.querySelector<HTMLButtonElement>("button[data-enter]")?.click();
}

/** Does what a key stands for; false where it stands for nothing. */
function press(key: string): boolean {
  if (key === "o") {
    open();
    return true;
  }
  const own = `[data-key="${CSS.escape(key)}"]`;
  const found = [...document.querySelectorAll<HTMLElement>(own)].find((one) => !one.hidden);
  if (found === undefined) return false;
  if (found instanceof HTMLInputElement && found.type === "radio") {
    found.checked = true;
    found.focus();
    if ("ground" in found.dataset && marked() !== null) confirm();
  } else if (found instanceof HTMLInputElement) {
    found.focus();
  } else {
    found.click();
  }
  return true;
}

function heard(event: KeyboardEvent): void {
  const target = event.target;
  const isPlain = !(event.ctrlKey || event.altKey || event.metaKey || event.isComposing);
  if (!(target instanceof Element) || !isPlain || event.repeat || sent) return;
  if (isField(target)) {
    if (event.key === "Escape") queue?.focus();
    return;
  }
  if (!isOn()) return;
  if (event.key === "Enter") {
    // On a button or a link it does what it always does.
    if (target.closest("a, button, summary") !== null) return;
    event.preventDefault();
    confirm();
  } else if (event.key.length === 1 && press(event.key)) {
    event.preventDefault();
  }
}

function turn(button: HTMLButtonElement): void {
  const on = isOn();
  button.textContent = (on ? button.dataset.off : button.dataset.on) ?? "";
  queue?.classList.toggle("keyless", !on);
}

if (queue !== null) {
  queue.addEventListener("keydown", heard);
  // One act is sent once, however often a key is pressed.
  document.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  window.addEventListener("pageshow", () => (sent = false));
  for (const button of queue.querySelectorAll<HTMLButtonElement>("button[data-switch]")) {
    button.hidden = false;
    turn(button);
    button.addEventListener("click", () => {
      keep(!isOn());
      turn(button);
    });
  }
  if (location.hash === "#queue" || "fault" in queue.dataset) queue.focus();
}
