// What makes pages quicker where scripts run. Every page does the same without.

import { buttons } from "./buttons";
import { charts } from "./charts";
import { documentation } from "./documentation";
import { live } from "./live";
import { swaps } from "./swaps";
import { suggestions } from "./suggestions";

function enliven(): void {
  buttons();
  charts();
  documentation();
  live();
  suggestions();
}

swaps(enliven);
enliven();

if ("serviceWorker" in navigator && window.isSecureContext) {
  navigator.serviceWorker.register("/worker.js").catch(() => undefined);
}
