// Copy, print, share: buttons that appear only where they work.

function say(text: string): void {
  let status = document.getElementById("said");
  if (status === null) {
    status = document.createElement("p");
    status.id = "said";
    status.className = "hidden";
    status.setAttribute("role", "status");
    document.body.append(status);
  }
  status.textContent = text;
}

function each(attribute: string, works: boolean, act: (button: HTMLElement) => void): void {
  if (!works) return;
  for (const button of document.querySelectorAll<HTMLElement>(`button[${attribute}][hidden]`)) {
    button.hidden = false;
    button.addEventListener("click", () => act(button));
  }
}

export function buttons(): void {
  each("data-copy", "clipboard" in navigator, async (button) => {
    await navigator.clipboard.writeText(button.dataset.copy ?? "");
    const words = button.textContent;
    button.textContent = button.dataset.done ?? "";
    say(button.dataset.done ?? "");
    setTimeout(() => (button.textContent = words), 2000);
  });
  each("data-print", "print" in window, () => window.print());
  each("data-share", "share" in navigator, () => {
    const url = new URL(location.pathname, location.origin).href;
    navigator.share({ title: document.title, url }).catch(() => undefined);
  });
}
