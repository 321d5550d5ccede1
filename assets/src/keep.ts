// What was typed and not acknowledged, kept in this tab until the server answers.
// data-keep names what the form is about (one item of one attempt): an answer never comes back under another question.

const PREFIX = "g-kept:";

const key = (form: HTMLFormElement): string =>
  PREFIX + (form.dataset.keep || new URL(form.action).pathname);

/** A value may be kept only where it is not a secret nor a file. */
function mayKeep(field: Element): field is HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement {
  if (!(field instanceof HTMLInputElement)) {
    return field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement;
  }
  return !["password", "file", "hidden", "submit", "button"].includes(field.type) && field.autocomplete !== "one-time-code";
}

export function keep(form: HTMLFormElement): void {
  const values: [string, string][] = [];
  for (const field of form.elements) {
    if (!mayKeep(field) || !field.name) continue;
    if (field instanceof HTMLInputElement && ["radio", "checkbox"].includes(field.type) && !field.checked) continue;
    values.push([field.name, field.value]);
  }
  try {
    sessionStorage.setItem(key(form), JSON.stringify(values));
  } catch {
    // Storage is full or refused: the values stay in the form itself.
  }
}

export function forget(form: HTMLFormElement): void {
  try {
    sessionStorage.removeItem(key(form));
  } catch {
    // Nothing was kept.
  }
}

function kept(form: HTMLFormElement): Map<string, string[]> {
  const values = new Map<string, string[]>();
  try {
    for (const [name, value] of JSON.parse(sessionStorage.getItem(key(form)) ?? "[]") as [string, string][]) {
      values.set(name, [...(values.get(name) ?? []), value]);
    }
  } catch {
    // Unreadable: nothing to put back.
  }
  return values;
}

/** Puts back what was kept over what the server knew; returns whether anything differs, for the person to check. */
export function putBack(form: HTMLFormElement): boolean {
  const values = kept(form);
  let changed = false;
  if (values.size === 0) return false;
  for (const field of form.elements) {
    if (!mayKeep(field) || !field.name) continue;
    const known = values.get(field.name);
    if (field instanceof HTMLInputElement && ["radio", "checkbox"].includes(field.type)) {
      const checked = known?.includes(field.value) ?? false;
      changed ||= field.checked !== checked;
      field.checked = checked;
      continue;
    }
    const value = known?.shift();
    if (value === undefined || value === field.value) continue;
    field.value = value;
    changed = true;
  }
  return changed;
}
