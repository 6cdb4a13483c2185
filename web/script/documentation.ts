// The documentation of the API: an operation is tried in place.

async function answer(form: HTMLFormElement, address: string): Promise<void> {
  const place = form.querySelector<HTMLElement>(".answer") ?? document.createElement("div");
  place.className = "answer";
  const heading = document.createElement("p");
  heading.setAttribute("role", "status");
  const body = document.createElement("pre");
  body.tabIndex = 0;
  try {
    const response = await fetch(address, { headers: { accept: "application/json" } });
    const text = await response.text();
    heading.textContent = `${response.status} ${new URL(response.url).pathname}`;
    try {
      body.textContent = JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      body.textContent = text;
    }
  } catch {
    heading.textContent = form.dataset.failed ?? "";
  }
  place.replaceChildren(heading, ...(body.textContent === "" ? [] : [body]));
  form.append(place);
}

export function documentation(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-try]:not([data-live])")) {
    form.dataset.live = "";
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const query = new URLSearchParams();
      for (const [name, value] of new FormData(form)) {
        if (typeof value === "string" && value !== "") query.append(name, value);
      }
      void answer(form, `${form.getAttribute("action")}?${query}`);
    });
  }
}
