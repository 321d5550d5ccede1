// The theme changes at once; the choice is saved by the same form that works without script.

export function enhancePreferences(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("[data-preferences] button[name=theme]");
    if (!button?.form) return;
    event.preventDefault();
    document.documentElement.dataset.theme = button.value;
    for (const other of button.form.querySelectorAll("button[name=theme]")) {
      other.setAttribute("aria-pressed", String(other === button));
    }
    const body = new URLSearchParams(new FormData(button.form, button) as unknown as Record<string, string>);
    void fetch(button.form.action, { method: "POST", body, redirect: "manual" }).catch(() => undefined);
  });
}
