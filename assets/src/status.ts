// Messages to people, in the language of the page: the sentences are on <template id="g-texts">.

const region = (): HTMLElement | null => document.getElementById("g-status");

let clearing: number | undefined;

/** Says a sentence of the page, «offline» or «saved», in the status region; lasting ones stay until the next. */
export function say(name: string, lasting = false, before = ""): void {
  show((before + " " + (document.getElementById("g-texts")?.dataset[name] ?? "")).trim(), lasting);
}

export function quiet(): void {
  show("", true);
}

function show(text: string, lasting: boolean): void {
  const status = region();
  if (!status) return;
  clearTimeout(clearing);
  status.textContent = text;
  if (text && !lasting) clearing = window.setTimeout(quiet, 6000);
}

/** Moves the reader to what matters after a submission: the error summary, or else the title. */
export function focusFirst(always = false): void {
  const summary = document.querySelector<HTMLElement>("[data-focus]");
  if (summary) summary.focus();
  else if (always) document.querySelector<HTMLElement>("main h1")?.focus();
}

let saved = "";

/**
 * A live notice present when the page arrives is not announced: say it again in a region that was empty. What is saved
 * (data-saved) is on each page of an attempt: it is said when it changes.
 */
export function announceFlash(): void {
  const notices = document.querySelectorAll<HTMLElement>("main [role=status], main [role=alert]");
  const texts: string[] = [];
  for (const notice of notices) {
    const text = notice.innerText.trim();
    if (!("saved" in notice.dataset) || text !== saved) texts.push(text);
    if ("saved" in notice.dataset) saved = text;
  }
  const spoken = document.getElementById("g-spoken");
  if (!spoken) return;
  spoken.textContent = "";
  if (texts.length > 0) window.setTimeout(() => (spoken.textContent = texts.join(" ")), 300);
}
