// Filters, orders and paging: the page is fetched and put in place by htmx (`hx-boost`). The title
// changes with it; focus goes to the heading of the results, as it does without script.

import "htmx.org";

export function swaps(enliven: () => void): void {
  document.addEventListener("htmx:after:swap", () => {
    enliven();
    const heading = document.getElementById("results") ?? document.getElementById("main");
    heading?.focus();
  });
}
