// Forms marked data-enhance are sent without leaving the page; the answer replaces <main>.
//
// The page is left to the browser whenever something is unusual (another origin, not HTML, a download). A network
// failure keeps the form as it is, says so, and sends the very same body again until it is acknowledged: the server
// recognises a repeated request by its key, which is a field of the form.
import { forget, keep, putBack } from "./keep";
import { announceFlash, focusFirst, quiet, say } from "./status";

const RETRY_FIRST = 2000;
const RETRY_LAST = 30000;
const TIMEOUT = 20000;

const busy = new WeakSet<HTMLFormElement>();

export function enhanceForms(): void {
  document.addEventListener("submit", onSubmit);
  document.addEventListener("input", (event) => {
    const form = (event.target as HTMLInputElement).form;
    if (form?.matches("[data-enhance]")) keep(form);
  });
  window.addEventListener("pageshow", restore);
  restore();
}

function restore(): void {
  const forms = Array.from(document.querySelectorAll<HTMLFormElement>("form[data-enhance]"));
  if (forms.filter(putBack).length > 0) say("restored");
}

function onSubmit(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  if (event.defaultPrevented) return;
  if (busy.has(form)) {
    event.preventDefault();
    return;
  }
  if (!form.matches("[data-enhance]")) {
    guard(form);
    return;
  }
  event.preventDefault();
  void send(form, event.submitter);
}

/** Refuses a second submission of an ordinary form; the page that comes back from the cache is free again. */
function guard(form: HTMLFormElement): void {
  busy.add(form);
  window.addEventListener("pageshow", () => busy.delete(form), { once: true });
  window.setTimeout(() => busy.delete(form), 5000);
}

function request(form: HTMLFormElement, submitter: HTMLElement | null): Request {
  const data = new FormData(form, submitter);
  const action = new URL(submitter?.getAttribute("formaction") ?? form.action, location.href);
  const init: RequestInit = { headers: { Accept: "text/html" }, credentials: "same-origin" };
  if (form.method === "get") {
    action.search = new URLSearchParams(data as unknown as Record<string, string>).toString();
    return new Request(action, init);
  }
  const plain = form.enctype !== "multipart/form-data";
  const body = plain ? new URLSearchParams(data as unknown as Record<string, string>) : data;
  return new Request(action, { ...init, method: "POST", body });
}

async function send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  const wanted = request(form, submitter);
  busy.add(form);
  form.setAttribute("aria-busy", "true");
  keep(form);
  say("sending", true);
  for (let wait = RETRY_FIRST; ; wait = Math.min(wait * 2, RETRY_LAST)) {
    try {
      const answer = await fetch(wanted.clone(), { signal: AbortSignal.timeout(TIMEOUT) });
      // A gateway that is down or a server that is full has not acknowledged anything: same body again.
      if (answer.status < 502 || answer.status > 504) return await receive(form, submitter, answer);
      await online(wait, Number(answer.headers.get("Retry-After")) * 1000);
    } catch {
      await online(wait, 0);
    }
  }
}

/** Waits for the network to return, or for some time. */
function online(wait: number, asked: number): Promise<void> {
  say("offline", true);
  return new Promise((resolve) => {
    window.setTimeout(resolve, Math.max(wait, asked || 0));
    if (!asked) window.addEventListener("online", () => resolve(), { once: true });
  });
}

async function receive(form: HTMLFormElement, submitter: HTMLElement | null, answer: Response): Promise<void> {
  const next = new DOMParser().parseFromString(await answer.text(), "text/html");
  const main = next.querySelector<HTMLElement>("main");
  busy.delete(form);
  form.removeAttribute("aria-busy");
  // An error page has no place for what was typed: the form stays on screen under its message.
  if (!main || (!answer.ok && !main.querySelector("form[data-enhance]"))) {
    say("refused", true, main?.querySelector("h1")?.textContent ?? "");
    return;
  }
  const done = answer.ok && !("notDone" in main.dataset);
  if (done) forget(form);
  if (answer.redirected && answer.url !== location.href) history.pushState(null, "", answer.url);
  const stays = main.querySelector("h1")?.textContent === document.querySelector("main h1")?.textContent;
  document.title = next.title;
  for (const part of ["main", ".g-header", ".g-footer"]) replace(next, part);
  quiet();
  // A page that says itself what is saved (data-saved) is announced; nothing covers its text.
  if (done && form.dataset.enhance === "save" && !document.querySelector("main [data-saved]")) say("saved");
  announceFlash();
  if (!stays || !refocus(main, submitter)) focusFirst(true);
}

/** Keeps the focus on the button just used, where the same page has it again («Monter» in an ordered list). */
function refocus(main: HTMLElement, submitter: HTMLElement | null): boolean {
  const name = submitter?.getAttribute("name");
  const value = submitter?.getAttribute("value");
  if (!name || !value || main.querySelector("[data-focus]")) return false;
  const again = document.querySelector<HTMLElement>(`main [name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`);
  again?.focus();
  return again !== null;
}

function replace(next: Document, selector: string): void {
  const fresh = next.querySelector(selector);
  if (fresh) document.querySelector(selector)?.replaceWith(fresh);
}

window.addEventListener("popstate", () => location.reload());
