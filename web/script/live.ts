// Something that goes on beside what serves: the part of the page that tells of it is asked for again until it is done.
// Without script the page does so by itself.

const REST_MILLISECONDS = 3000;

export function live(): void {
  for (const part of document.querySelectorAll<HTMLElement>("[data-moving]")) {
    if (part.dataset.followed) continue;
    part.dataset.followed = "yes";
    window.setTimeout(() => void follow(part), REST_MILLISECONDS);
  }
}

async function follow(part: HTMLElement): Promise<void> {
  const address = part.dataset.moving;
  if (!address || !part.isConnected) return;
  const answer = await fetch(address).catch(() => undefined);
  const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : undefined;
  const next = page?.getElementById(part.id);
  if (!next) {
    delete part.dataset.followed;
    return live();
  }
  // What can be done once it is done stands elsewhere on the page.
  if (!next.dataset.moving) return location.replace(address);
  part.replaceWith(next);
  live();
}
